#include "inference/vision/resize_weights.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace ocelli::inference {

void resize_weights::prepare(const resize_axis& axis) {
  assert(axis.length > 0 && axis.reduction > 0 && axis.full > 0 && axis.places > 0);
  if (axis == axis_) {
    return;
  }
  axis_ = {}; // what throws leaves nothing that looks prepared
  calculate(axis);
  axis_ = axis;
}

void resize_weights::calculate(const resize_axis& axis) {
  const std::size_t input = axis.reduced_length();
  const double extent = static_cast<double>(axis.length) / static_cast<double>(axis.reduction);
  const double scale = extent / static_cast<double>(axis.full);
  const double reach = std::max(scale, 1.0);
  // the last reduced pixel may stand for fewer original ones: where that one comes first, all
  // others lie a little to the right
  const double origin = axis.mirrored ? static_cast<double>(input) - extent : 0;
  taps_ = std::min(static_cast<std::size_t>(std::ceil(reach)) * 2 + 1, input);
  first_.resize(axis.places);
  count_.resize(axis.places);
  weights_.assign(axis.places * taps_, 0);
  exact_.resize(taps_);
  copies_ = true;
  for (std::size_t place = 0; place < axis.places; ++place) {
    const double center = origin + (static_cast<double>(axis.begin + place) + 0.5) * scale;
    auto low = static_cast<std::size_t>(std::max(center - reach + 0.5, 0.0));
    const auto high = std::min(static_cast<std::size_t>(center + reach + 0.5), input);
    double sum = 0;
    for (std::size_t i = low; i < high; ++i) {
      const double distance = std::abs((static_cast<double>(i) - center + 0.5) * (1.0 / reach));
      exact_[i - low] = distance < 1.0 ? 1.0 - distance : 0.0;
      sum += exact_[i - low];
    }
    std::int32_t* const weights = weights_.data() + place * taps_;
    for (std::size_t i = 0; i < high - low; ++i) {
      const double weight = sum != 0 ? exact_[i] / sum : exact_[i];
      weights[i] = static_cast<std::int32_t>(0.5 + weight * (1 << fraction_bits));
    }
    // pixels without weight need not be decoded
    std::size_t count = high - low;
    while (count > 1 && weights[count - 1] == 0) {
      --count;
    }
    while (count > 1 && weights[0] == 0) {
      std::copy(weights + 1, weights + count, weights);
      weights[--count] = 0;
      ++low;
    }
    first_[place] = low;
    count_[place] = count;
    copies_ = copies_ && count == 1 && low == first_[0] + place;
  }
  begin_ = *std::min_element(first_.begin(), first_.end());
  end_ = 0;
  for (std::size_t place = 0; place < axis.places; ++place) {
    end_ = std::max(end_, first_[place] + count_[place]);
    first_[place] -= begin_;
  }
}

void resize_weights::trim(std::size_t kept) noexcept {
  if (weights_.capacity() * sizeof(weights_[0]) > kept) {
    *this = {};
  }
}

} // namespace ocelli::inference
