#include "config/nearest_name.hpp"

#include <algorithm>
#include <numeric>

namespace ocelli::config {

namespace {

std::size_t distance(std::string_view left, std::string_view right) {
  std::vector<std::size_t> row(right.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < left.size(); ++i) {
    auto diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < right.size(); ++j) {
      auto replaced = diagonal + (left[i] == right[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

} // namespace

std::optional<std::string> nearest_name(
    std::string_view name, const std::vector<std::string>& candidates) {
  // longer texts are no misspelling of anything, and the distance takes time that grows with the
  // square
  constexpr std::size_t longest = 64;
  if (name.size() > longest)
    return std::nullopt;
  std::optional<std::string> best;
  auto allowed = std::max<std::size_t>(2, name.size() / 3) + 1;
  for (auto& candidate : candidates) {
    auto needed = distance(name, candidate);
    if (needed < allowed && needed < candidate.size()) {
      allowed = needed;
      best = candidate;
    }
  }
  return best;
}

} // namespace ocelli::config
