#pragma once

#include "inference/vision/input_spec.hpp"
#include "inference/vision/model_runner.hpp"

#include <torch/script.h>

#include <array>
#include <cstddef>
#include <vector>

namespace ocelli::inference {

/// Runs a TorchScript module, which takes normalised floats `[size, channels, height, width]`. For
/// the LibTorch part only.
class torch_script_runner final : public model_runner {
 public:
  /// `module` lies on `device`; batches have `largest` images at most.
  torch_script_runner(
      torch::jit::Module module, const input_spec& input, std::size_t largest, at::Device device);

  at::Tensor run(const at::Tensor& bytes) override;

 private:
  at::Tensor normalise_on_host(const at::Tensor& bytes);

  torch::jit::Module module_;
  // on the processor
  std::vector<std::array<float, 256>> normalised_; ///< The value of every byte, per channel.
  at::Tensor staging_; ///< Floats `[largest batch size, height, width, channels]`.
  // on an accelerator: a byte's value is shift + scale * byte, `[channels, 1, 1]`
  at::Tensor scale_;
  at::Tensor shift_;
};

} // namespace ocelli::inference
