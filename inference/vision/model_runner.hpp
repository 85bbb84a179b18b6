#pragma once

#include <ATen/core/Tensor.h>

namespace ocelli::inference {

/// Runs a model on one device, in one of the batch sizes it was made for. Belongs to one thread.
/// For the LibTorch part only.
class model_runner {
 public:
  virtual ~model_runner() = default;
  /// Logits for `bytes`: uint8 `[size, height, width, channels]`, contiguous, on the device. On an
  /// accelerator the work is enqueued on the calling thread's current stream, and nothing waits for
  /// it. What comes back is unchecked. Throws `engine_error` or what LibTorch throws.
  virtual at::Tensor run(const at::Tensor& bytes) = 0;
};

} // namespace ocelli::inference
