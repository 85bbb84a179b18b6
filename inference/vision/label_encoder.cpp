#include "inference/vision/label_encoder.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>

namespace ocelli::inference {

label_encoder::label_encoder(std::vector<std::string> labels) : labels_(std::move(labels)) {
  assert(!labels_.empty());
}

const std::string& label_encoder::text(std::uint32_t index) const noexcept {
  assert(index < labels_.size());
  return labels_[index];
}

prediction label_encoder::decode(std::span<const float> logits, std::size_t top) const {
  assert(logits.size() == labels_.size() && top >= 1);
  // the largest logit is taken away first, so that no exponential overflows
  const float largest = *std::max_element(logits.begin(), logits.end());
  const double sum =
      std::accumulate(logits.begin(), logits.end(), 0.0, [&](double total, float logit) {
        return total + std::exp(static_cast<double>(logit) - largest);
      });
  std::vector<std::uint32_t> order(logits.size());
  std::iota(order.begin(), order.end(), 0);
  const std::size_t wanted = std::min(top, order.size());
  std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(wanted), order.end(),
      [&](std::uint32_t a, std::uint32_t b) {
        return logits[a] > logits[b] || (logits[a] == logits[b] && a < b);
      });
  prediction result;
  result.reserve(wanted);
  for (const std::uint32_t index : std::span(order).first(wanted)) {
    const double confidence = std::exp(static_cast<double>(logits[index]) - largest) / sum;
    result.push_back({.index = index, .confidence = static_cast<float>(confidence)});
  }
  return result;
}

} // namespace ocelli::inference
