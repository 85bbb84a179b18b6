#pragma once

#include "inference/vision/inference_engine.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace ocelli::inference {

/// Turns a model's output into labels, as scikit-learn's class of this name does in training.
/// Immutable, thread-safe.
class label_encoder {
 public:
  /// `labels` by index of the model's output, at least one.
  explicit label_encoder(std::vector<std::string> labels);

  /// Number of labels.
  std::size_t size() const noexcept { return labels_.size(); }
  /// The label at `index`, which is below `size()`.
  const std::string& text(std::uint32_t index) const noexcept;
  /// The `top` likeliest labels (all of them when there are fewer), equal ones by index.
  /// Confidences are the softmax of `logits`, which are finite and `size()` many; `top` is at
  /// least 1.
  prediction decode(std::span<const float> logits, std::size_t top) const;

 private:
  std::vector<std::string> labels_;
};

} // namespace ocelli::inference
