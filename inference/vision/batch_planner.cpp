#include "inference/vision/batch_planner.hpp"

#include <algorithm>

namespace ocelli::inference {

std::size_t batch_planner::next_batch(std::size_t ready) const {
  return std::min(best_order(ready).first_size, ready);
}

std::optional<batch_planner::time_point> batch_planner::expected_end(
    std::size_t frames, time_point claimed, const std::optional<time_point>& started) const {
  auto cost = running_.expected(frames);
  if (!cost)
    return std::nullopt;
  auto begin =
      started.value_or(claimed + preparing_.expected(frames).value_or(std::chrono::nanoseconds(0)));
  return begin + *cost;
}

batch_planner::time_point batch_planner::claim_time(
    std::size_t frames, time_point end_of_running) const {
  return end_of_running - preparing_.expected(frames).value_or(std::chrono::nanoseconds(0));
}

bool batch_planner::better_together(std::size_t ready, std::size_t returning) const {
  if (returning == 0 || !running_.expected(1))
    return false;
  // apart: the first batch is prepared while the running one ends, the second one while the first
  // runs
  auto apart =
      std::max(best_order(ready).total, preparation(returning)) + best_order(returning).total;
  auto together = preparation(ready + returning) + best_order(ready + returning).total;
  return together < apart;
}

// The least time for one batch after the other, for every count up to `frames` (dynamic programming
// over the size of the first batch).
batch_planner::outlook batch_planner::best_order(std::size_t frames) const {
  const auto& sizes = running_.batch_sizes();
  std::vector<double> costs(sizes.size());
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    auto cost = running_.expected(sizes[i]);
    costs[i] = cost ? static_cast<double>(cost->count()) : 1.0 + sizes[i];
  }
  std::vector<outlook> best(frames + 1);
  for (std::size_t count = 1; count <= frames; ++count) {
    auto fitting = std::lower_bound(sizes.begin(), sizes.end(), count);
    auto largest = fitting == sizes.end() ? sizes.size() - 1
                                          : static_cast<std::size_t>(fitting - sizes.begin());
    for (auto i = largest + 1; i-- > 0;) {
      auto total = costs[i] + best[count - std::min<std::size_t>(count, sizes[i])].total;
      if (i == largest || total < best[count].total * (1 - worthwhile))
        best[count] = {total, sizes[i]};
    }
  }
  return best[frames];
}

double batch_planner::preparation(std::size_t frames) const {
  auto cost = preparing_.expected(std::min(frames, largest()));
  return cost ? static_cast<double>(cost->count()) : 0;
}

} // namespace ocelli::inference
