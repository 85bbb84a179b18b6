#pragma once

#include "inference/vision/inference_engine.hpp"
#include "inference/vision/label_encoder.hpp"
#include "inference/vision/torch_script_model.hpp"

#include <torch/script.h>

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace ocelli::inference {

/// Runs a frozen TorchScript module on the processor. Included by the LibTorch part only; everybody
/// else knows `torch_script_model`.
class torch_script_engine final : public inference_engine {
 public:
  /// `owner` keeps `module` and `labels` alive.
  torch_script_engine(std::shared_ptr<const torch_script_model> owner,
      const torch::jit::Module& module, const input_spec& input, const label_encoder& labels,
      const engine_options& options);

  void warm_up() override;
  std::vector<prediction> run(const batch_buffer& input, std::size_t rows) override;
  std::string description() const override;

 private:
  std::vector<prediction> run_or_throw(std::span<const std::uint8_t> bytes, std::size_t rows);

  std::shared_ptr<const torch_script_model> owner_;
  torch::jit::Module module_;
  input_spec input_;
  const label_encoder& labels_;
  engine_options options_;
  /// The normalised value of every byte, per channel.
  std::vector<std::array<float, 256>> normalised_;
  at::Tensor staging_; ///< Floats `[largest batch size, height, width, channels]`.
};

} // namespace ocelli::inference
