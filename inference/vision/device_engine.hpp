#pragma once

#include "inference/vision/batch_engine.hpp"
#include "inference/vision/device_stream.hpp"

namespace ocelli::inference {

/// Runs a model on an accelerator, each engine on a stream of its own: bytes go to the device, the
/// likeliest labels come back. For the LibTorch part only.
class device_engine final : public batch_engine {
 public:
  /// Throws `engine_error`.
  device_engine(engine_parts parts, const config::thread_plan& threads, at::Device device);

 private:
  std::vector<prediction> run_rows(
      std::span<const std::uint8_t> bytes, std::size_t rows, std::size_t size) override;
  void enqueue(std::span<const std::uint8_t> bytes, std::size_t rows, std::size_t size);
  std::vector<prediction> read_results(std::size_t rows) const;

  device_stream stream_;
  at::Tensor input_; ///< On the device: bytes `[largest batch size, height, width, channels]`.
  // On the host, pinned, `[largest batch size, ...]`.
  at::Tensor confidences_; ///< float32 `[..., top]`.
  at::Tensor indices_;     ///< int64 `[..., top]`.
  at::Tensor zeros_;       ///< float32: 0 where all logits of a row are finite, else not a number.
};

} // namespace ocelli::inference
