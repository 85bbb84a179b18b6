#include "inference/chat/observation_summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <numeric>

namespace ocelli::inference {
namespace {

constexpr auto nothing_seen =
    "I have seen nothing yet: none of your frames has got a label on this connection.";

/// `3 frames` or `1 frame`.
std::string counted(std::uint64_t count, std::string_view thing) {
  return fmt::format("{} {}{}", count, thing, count == 1 ? "" : "s");
}

/// Frames of each label, in the order of their first appearance.
std::vector<observation> totals(const std::vector<observation>& observed) {
  std::vector<observation> sums;
  for (const auto& seen : observed) {
    const auto known = std::find_if(
        sums.begin(), sums.end(), [&](const auto& sum) { return sum.label == seen.label; });
    if (known == sums.end()) {
      sums.push_back(seen);
    } else {
      known->frames += seen.frames;
    }
  }
  return sums;
}

std::uint64_t total_frames(const std::vector<observation>& observed) {
  return std::accumulate(observed.begin(), observed.end(), std::uint64_t{0},
      [](std::uint64_t sum, const auto& seen) { return sum + seen.frames; });
}

} // namespace

std::string summary_of_seen(const std::vector<observation>& observed) {
  if (observed.empty()) {
    return nothing_seen;
  }
  std::vector<std::string> parts;
  for (const auto& sum : totals(observed)) {
    parts.push_back(fmt::format("{} ({})", sum.label, counted(sum.frames, "frame")));
  }
  return fmt::format("In your frames I have seen, as far as I remember: {}. The last was {}.",
      fmt::join(parts, ", "), observed.back().label);
}

std::string summary_of_last_seen(const std::vector<observation>& observed) {
  if (observed.empty()) {
    return nothing_seen;
  }
  const auto& last = observed.back();
  return last.frames == 1
             ? fmt::format("The last thing I saw in your frames was {}.", last.label)
             : fmt::format("The last thing I saw in your frames was {}, in {} in a row.",
                   last.label, counted(last.frames, "frame"));
}

std::string summary_of_seen_count(const std::vector<observation>& observed) {
  if (observed.empty()) {
    return nothing_seen;
  }
  return fmt::format("I remember {} of yours with {}.", counted(total_frames(observed), "frame"),
      counted(totals(observed).size(), "label"));
}

} // namespace ocelli::inference
