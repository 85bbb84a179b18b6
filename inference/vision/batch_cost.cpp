#include "inference/vision/batch_cost.hpp"

#include <algorithm>
#include <cassert>

namespace ocelli::inference {

batch_cost::batch_cost(std::vector<std::uint32_t> batch_sizes)
    : sizes_(std::move(batch_sizes)), means_(sizes_.size()) {
  assert(!sizes_.empty() && std::is_sorted(sizes_.begin(), sizes_.end()));
}

void batch_cost::observe(std::size_t frames, std::chrono::nanoseconds took) {
  auto& mean = means_[index_of(frames)];
  auto value = static_cast<double>(took.count());
  mean = mean ? *mean + newest_weight * (value - *mean) : value;
  seen_ = true;
  fit();
}

std::optional<std::chrono::nanoseconds> batch_cost::expected(std::size_t frames) const {
  if (!seen_)
    return std::nullopt;
  auto index = index_of(frames);
  auto value = means_[index] ? *means_[index] : fixed_ + per_frame_ * sizes_[index];
  return std::chrono::nanoseconds(static_cast<std::int64_t>(value));
}

std::size_t batch_cost::index_of(std::size_t frames) const {
  auto position = std::lower_bound(sizes_.begin(), sizes_.end(), frames);
  assert(frames > 0 && position != sizes_.end());
  return static_cast<std::size_t>(position - sizes_.begin());
}

void batch_cost::fit() {
  double count = 0, sum_x = 0, sum_y = 0, sum_xx = 0, sum_xy = 0;
  for (std::size_t i = 0; i < sizes_.size(); ++i) {
    if (!means_[i])
      continue;
    double x = sizes_[i];
    count += 1;
    sum_x += x;
    sum_y += *means_[i];
    sum_xx += x * x;
    sum_xy += x * *means_[i];
  }
  if (count < 2) {
    // in favour of large batches: that they cost more is learnt by running one, that they cost less
    // never would be
    fixed_ = sum_y / 2;
    per_frame_ = sum_y / 2 / sum_x;
    return;
  }
  fixed_ = 0;
  per_frame_ = sum_y / sum_x;
  auto slope = (count * sum_xy - sum_x * sum_y) / (count * sum_xx - sum_x * sum_x);
  auto intercept = (sum_y - slope * sum_x) / count;
  // a larger batch never costs less, and no batch costs less than nothing
  if (slope >= 0 && intercept >= 0) {
    per_frame_ = slope;
    fixed_ = intercept;
  } else if (slope < 0) {
    per_frame_ = 0;
    fixed_ = sum_y / count;
  }
}

} // namespace ocelli::inference
