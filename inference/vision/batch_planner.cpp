#include "inference/vision/batch_planner.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace ocelli::inference {

namespace {

// The index of the smallest size that holds so many frames, or of the largest size.
std::size_t fitting(const std::vector<std::uint32_t>& sizes, std::size_t frames) {
  auto position = std::lower_bound(sizes.begin(), sizes.end() - 1, frames);
  return static_cast<std::size_t>(position - sizes.begin());
}

std::chrono::nanoseconds rounded(double nanoseconds) {
  return std::chrono::nanoseconds(std::llround(nanoseconds));
}

} // namespace

batch_planner::batch_planner(const std::vector<std::uint32_t>& batch_sizes)
    : costs_(batch_sizes), cost_of_size_(batch_sizes.size()), best_(2 * largest() + 1) {
  plan();
}

void batch_planner::ran(std::size_t frames, nanoseconds took) {
  costs_.observe(frames, took);
  plan();
}

std::size_t batch_planner::next_batch(std::size_t ready) const {
  assert(ready >= 1 && ready <= largest());
  return std::min(best_[ready].first_size, ready);
}

std::chrono::nanoseconds batch_planner::cost(std::size_t frames) const {
  return rounded(cost_of_size_[fitting(costs_.batch_sizes(), frames)]);
}

std::chrono::nanoseconds batch_planner::total(std::size_t frames) const {
  assert(frames < best_.size());
  return rounded(best_[frames].total);
}

std::size_t batch_planner::frames_within(nanoseconds time) const {
  auto left = static_cast<double>(time.count());
  std::size_t count = 0;
  auto fill = [&](std::size_t index) {
    if (left < cost_of_size_[index])
      return;
    // no more than anybody could have waiting
    auto batches = std::min(std::floor(left / std::max(cost_of_size_[index], 1.0)), 1e9);
    count += static_cast<std::size_t>(batches) * costs_.batch_sizes()[index];
    left -= batches * cost_of_size_[index];
  };
  std::size_t cheapest = 0; // per frame
  for (std::size_t i = 0; i < cost_of_size_.size(); ++i) {
    if (cost_of_size_[i] / costs_.batch_sizes()[i] <
        cost_of_size_[cheapest] / costs_.batch_sizes()[cheapest])
      cheapest = i;
  }
  fill(cheapest);
  for (auto i = cost_of_size_.size(); i-- > 0;)
    fill(i);
  return count;
}

std::size_t batch_planner::next_smaller(std::size_t frames) const {
  auto index = fitting(costs_.batch_sizes(), frames);
  return index == 0 ? 0 : costs_.batch_sizes()[index - 1];
}

// The least time for one batch after the other, for every count of frames (dynamic programming over
// the size of the first batch).
void batch_planner::plan() {
  const auto& sizes = costs_.batch_sizes();
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    auto cost = costs_.expected(sizes[i]);
    cost_of_size_[i] = cost ? static_cast<double>(cost->count()) : 1.0 + sizes[i];
  }
  for (std::size_t count = 1; count < best_.size(); ++count) {
    auto largest = fitting(sizes, count);
    for (auto i = largest + 1; i-- > 0;) {
      auto total = cost_of_size_[i] + best_[count - std::min<std::size_t>(count, sizes[i])].total;
      if (i == largest || total < best_[count].total * (1 - worthwhile))
        best_[count] = {total, sizes[i]};
    }
  }
}

} // namespace ocelli::inference
