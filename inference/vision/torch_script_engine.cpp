#include "inference/vision/torch_script_engine.hpp"

#include "inference/vision/inference_threads.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>

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

/// The first line of what LibTorch says; behind it come pages of addresses.
std::string first_line(const char* text) {
  const std::string_view whole(text);
  return std::string(whole.substr(0, whole.find('\n')));
}

} // namespace

torch_script_engine::torch_script_engine(std::shared_ptr<const torch_script_model> owner,
    const torch::jit::Module& module, const input_spec& input, const label_encoder& labels,
    const engine_options& options)
    : owner_(std::move(owner)), module_(module), input_(input), labels_(labels), options_(options),
      normalised_(make_normalised(input)) {
  assert(!options_.batch_sizes.empty() &&
         std::is_sorted(options_.batch_sizes.begin(), options_.batch_sizes.end()));
  limit_engine_threads(options_.threads);
  const c10::InferenceMode inference;
  staging_ = torch::zeros({static_cast<std::int64_t>(options_.batch_sizes.back()), input_.height,
      input_.width, static_cast<std::int64_t>(input_.channels())});
}

void torch_script_engine::warm_up() {
  const std::vector<std::uint8_t> black(input_.row_bytes() * options_.batch_sizes.back());
  for (const std::uint32_t size : options_.batch_sizes) {
    try {
      run_or_throw(std::span(black).first(input_.row_bytes() * size), size);
    } catch (const std::exception& error) {
      throw engine_error(
          fmt::format("the model failed for a batch of {}: {}", size, first_line(error.what())));
    }
  }
}

std::vector<prediction> torch_script_engine::run(const batch_buffer& input, std::size_t rows) {
  assert(rows >= 1 && rows <= input.capacity() && rows <= options_.batch_sizes.back());
  try {
    return run_or_throw(input.rows(rows), rows);
  } catch (const engine_error&) {
    throw;
  } catch (const std::exception& error) {
    throw engine_error(fmt::format("the model failed: {}", first_line(error.what())));
  }
}

std::vector<prediction> torch_script_engine::run_or_throw(
    std::span<const std::uint8_t> bytes, std::size_t rows) {
  const c10::InferenceMode inference;
  const std::int64_t size =
      *std::lower_bound(options_.batch_sizes.begin(), options_.batch_sizes.end(), rows);
  auto* values = staging_.data_ptr<float>();
  const std::size_t channels = input_.channels();
  for (std::size_t i = 0; i < bytes.size(); i += channels) {
    for (std::size_t channel = 0; channel < channels; ++channel) {
      values[i + channel] = normalised_[channel][bytes[i + channel]];
    }
  }
  // nothing of an earlier batch stays in the rows that only fill up
  std::fill(
      values + bytes.size(), values + static_cast<std::size_t>(size) * input_.row_bytes(), 0.0F);

  const at::Tensor batch = staging_.narrow(0, 0, size).permute({0, 3, 1, 2});
  const at::Tensor output = module_.forward({batch}).toTensor().to(at::kFloat).contiguous();
  const auto labels = static_cast<std::int64_t>(labels_.size());
  if (output.dim() != 2 || output.size(0) != size || output.size(1) != labels) {
    throw engine_error(
        fmt::format("the model gave a tensor of other shape than [{}, {}]", size, labels));
  }
  std::vector<prediction> predictions;
  predictions.reserve(rows);
  for (std::size_t row = 0; row < rows; ++row) {
    const std::span<const float> logits(
        output.data_ptr<float>() + row * labels_.size(), labels_.size());
    if (!std::all_of(
            logits.begin(), logits.end(), [](float logit) { return std::isfinite(logit); })) {
      throw engine_error("the model gave a value that is not a number");
    }
    predictions.push_back(labels_.decode(logits, options_.top));
  }
  return predictions;
}

std::string torch_script_engine::description() const {
  return fmt::format("TorchScript, CPU, float32, {} thread{}", options_.threads.intra_op_threads,
      options_.threads.intra_op_threads == 1 ? "" : "s");
}

} // namespace ocelli::inference
