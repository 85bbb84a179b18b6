#pragma once

#include "inference/vision/batch_engine.hpp"

namespace ocelli::inference {

/// Runs a model on the processor. For the LibTorch part only.
class host_engine final : public batch_engine {
 public:
  /// Sets the calling thread's LibTorch threads.
  host_engine(engine_parts parts, const config::thread_plan& threads);

 private:
  std::vector<prediction> run_rows(
      std::span<const std::uint8_t> bytes, std::size_t rows, std::size_t size) override;
  /// The batch as a tensor: `bytes` where they lie when they fill it.
  at::Tensor to_batch(std::span<const std::uint8_t> bytes, std::size_t size);

  at::Tensor padded_; ///< Bytes `[largest batch size, height, width, channels]`.
};

} // namespace ocelli::inference
