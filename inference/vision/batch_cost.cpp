#include "inference/vision/batch_cost.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace ocelli::inference {

batch_cost::batch_cost(std::vector<std::uint32_t> batch_sizes)
    : sizes_(std::move(batch_sizes)), means_(sizes_.size()) {
  assert(!sizes_.empty() && std::is_sorted(sizes_.begin(), sizes_.end()));
}

void batch_cost::observe(std::size_t frames, std::chrono::nanoseconds took) {
  auto& known = means_[index_of(frames)];
  auto& [value, seen_at] = known;
  auto newest = static_cast<double>(took.count());
  if (seen_at == 0 || value == 0) {
    value = newest;
  } else {
    auto share = 1 - weight(known) * (1 - newest_weight);
    value += share * (std::min(newest, most_change * value) - value);
    value = std::min(value, most_change * newest); // that fast is possible
  }
  seen_at = ++observations_;
  fit();
}

std::optional<std::chrono::nanoseconds> batch_cost::expected(std::size_t frames) const {
  if (observations_ == 0)
    return std::nullopt;
  auto index = index_of(frames);
  auto own = weight(means_[index]);
  auto line = fixed_ + per_frame_ * sizes_[index];
  return std::chrono::nanoseconds(std::llround(own * means_[index].value + (1 - own) * line));
}

std::size_t batch_cost::index_of(std::size_t frames) const {
  auto position = std::lower_bound(sizes_.begin(), sizes_.end(), frames);
  assert(frames > 0 && position != sizes_.end());
  return static_cast<std::size_t>(position - sizes_.begin());
}

double batch_cost::weight(const mean& known) const {
  if (known.seen_at == 0)
    return 0;
  return std::exp2(-static_cast<double>(observations_ - known.seen_at) / half_life);
}

void batch_cost::fit() {
  // what was seen long ago still gives the slope when only one size is in use
  constexpr double least_weight = 1e-6;
  std::size_t count = 0;
  double sum = 0, sum_x = 0, sum_y = 0, sum_xx = 0, sum_xy = 0;
  for (std::size_t i = 0; i < sizes_.size(); ++i) {
    if (means_[i].seen_at == 0)
      continue;
    double x = sizes_[i], y = means_[i].value, w = std::max(weight(means_[i]), least_weight);
    ++count;
    sum += w;
    sum_x += w * x;
    sum_y += w * y;
    sum_xx += w * x * x;
    sum_xy += w * x * y;
  }
  if (count < 2) {
    // in favour of large batches: that they cost more is learnt by running one, that they cost less
    // never would be
    fixed_ = sum_y / sum / 2;
    per_frame_ = sum_y / sum_x / 2;
    return;
  }
  fixed_ = 0;
  per_frame_ = sum_y / sum_x;
  auto slope = (sum * sum_xy - sum_x * sum_y) / (sum * sum_xx - sum_x * sum_x);
  auto intercept = (sum_y - slope * sum_x) / sum;
  // a larger batch never costs less, and no batch costs less than nothing
  if (slope >= 0 && intercept >= 0) {
    per_frame_ = slope;
    fixed_ = intercept;
  } else if (slope < 0) {
    per_frame_ = 0;
    fixed_ = sum_y / sum;
  }
}

} // namespace ocelli::inference
