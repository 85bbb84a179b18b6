#include "inference/vision/torch_script_runner.hpp"

#include <c10/core/InferenceMode.h>

namespace ocelli::inference {

namespace {

/// `(byte / 255 - mean) / std` in single precision, as torchvision's `ToTensor` and `Normalize`
/// calculate it.
std::vector<std::array<float, 256>> make_normalised(const input_spec& input) {
  std::vector<std::array<float, 256>> table(input.channels());
  for (std::size_t channel = 0; channel < table.size(); ++channel) {
    for (std::size_t byte = 0; byte < 256; ++byte) {
      table[channel][byte] =
          (static_cast<float>(byte) / 255.0F - input.mean[channel]) / input.std[channel];
    }
  }
  return table;
}

} // namespace

torch_script_runner::torch_script_runner(
    torch::jit::Module module, const input_spec& input, std::size_t largest, at::Device device)
    : module_(std::move(module)) {
  const c10::InferenceMode inference;
  const auto channels = static_cast<std::int64_t>(input.channels());
  if (device.is_cpu()) {
    normalised_ = make_normalised(input);
    staging_ = at::empty({static_cast<std::int64_t>(largest), input.height, input.width, channels});
    return;
  }
  at::Tensor scale = at::empty({channels, 1, 1});
  at::Tensor shift = at::empty({channels, 1, 1});
  for (std::int64_t i = 0; i < channels; ++i) {
    scale.data_ptr<float>()[i] = 1 / (255.0F * input.std[static_cast<std::size_t>(i)]);
    shift.data_ptr<float>()[i] =
        -input.mean[static_cast<std::size_t>(i)] / input.std[static_cast<std::size_t>(i)];
  }
  scale_ = scale.to(device);
  shift_ = shift.to(device);
}

at::Tensor torch_script_runner::run(const at::Tensor& bytes) {
  const at::Tensor images =
      bytes.is_cpu() ? normalise_on_host(bytes)
                     : at::addcmul(shift_, bytes.permute({0, 3, 1, 2}).to(at::kFloat), scale_);
  return module_.forward({images}).toTensor();
}

at::Tensor torch_script_runner::normalise_on_host(const at::Tensor& bytes) {
  const auto* from = bytes.const_data_ptr<std::uint8_t>();
  const auto count = static_cast<std::size_t>(bytes.numel());
  auto* to = staging_.data_ptr<float>();
  const std::size_t channels = normalised_.size();
  for (std::size_t i = 0; i < count; i += channels) {
    for (std::size_t channel = 0; channel < channels; ++channel) {
      to[i + channel] = normalised_[channel][from[i + channel]];
    }
  }
  return staging_.narrow(0, 0, bytes.size(0)).permute({0, 3, 1, 2});
}

} // namespace ocelli::inference
