#include "inference/vision/torch_script_model.hpp"

#include "inference/vision/engine_on_device.hpp"
#include "inference/vision/label_encoder.hpp"
#include "inference/vision/pinned_memory.hpp"
#include "inference/vision/torch_script_runner.hpp"

#include <fmt/format.h>
#include <torch/csrc/jit/codegen/fuser/interface.h>
#include <torch/csrc/jit/passes/tensorexpr_fuser.h>
#include <torch/csrc/jit/runtime/graph_executor.h>
#include <torch/script.h>

#include <algorithm>
#include <vector>

namespace ocelli::inference {

struct torch_script_model::implementation {
  std::vector<torch::jit::Module> modules; // in the order of options.devices
  input_spec input;
  std::string precision;
  label_encoder labels;
  load_options options;
};

namespace {

/// The profiling executor compiles anew for every batch size that it meets, in the middle of
/// serving.
void switch_recompilation_off() {
  torch::jit::getProfilingMode() = false;
  torch::jit::setTensorExprFuserEnabled(false);
}

torch::jit::Module load_module(const model_package& package, at::Device device) {
  try {
    auto module = torch::jit::load(package.model_file.string(), device);
    module.eval();
    return torch::jit::optimize_for_inference(module);
  } catch (const std::exception&) {
    // LibTorch's own text is pages of addresses
    throw model_error(fmt::format("{} cannot be loaded as TorchScript: export it again with "
                                  "torch.jit.script(model).save(...)",
        package.model_file.string()));
  }
}

/// Runs two black images and looks at what comes out.
void check_output(torch::jit::Module& module, const model_package& package, at::Device device) {
  constexpr std::int64_t images = 2;
  const auto channels = static_cast<std::int64_t>(package.input.channels());
  at::IValue output;
  try {
    output =
        module.forward({torch::zeros({images, channels, package.input.height, package.input.width},
            at::TensorOptions(device).memory_format(at::MemoryFormat::ChannelsLast))});
  } catch (const std::exception&) {
    throw model_error(fmt::format(
        "{} does not take {} images of {} channel(s), {} by {}: correct [input] in model.toml",
        package.model_file.string(), images, channels, package.input.width, package.input.height));
  }
  if (!output.isTensor() || output.toTensor().dim() != 2 || output.toTensor().size(0) != images ||
      output.toTensor().scalar_type() != at::kFloat) {
    throw model_error(fmt::format(
        "{} does not give float32 numbers [images, labels]: export a classifier that does",
        package.model_file.string()));
  }
  const auto outputs = output.toTensor().size(1);
  if (outputs != static_cast<std::int64_t>(package.labels.size())) {
    throw model_error(fmt::format(
        "{} gives {} numbers per image, but the package has {} labels: correct the labels",
        package.model_file.string(), outputs, package.labels.size()));
  }
}

} // namespace

torch_script_model::torch_script_model(std::unique_ptr<implementation> self)
    : self_(std::move(self)) {}

torch_script_model::~torch_script_model() = default;

std::shared_ptr<const torch_script_model> torch_script_model::load(
    const model_package& package, const load_options& options) {
  switch_recompilation_off();
  const c10::InferenceMode inference;
  auto self = std::make_unique<implementation>(implementation{.modules = {},
      .input = package.input,
      .precision = package.precision,
      .labels = label_encoder(package.labels),
      .options = options});
  for (const model_device& place : options.devices) {
    const at::Device device = to_torch_device(place);
    auto module = load_module(package, device);
    check_output(module, package, device);
    self->modules.push_back(std::move(module));
  }
  return std::shared_ptr<const torch_script_model>(new torch_script_model(std::move(self)));
}

std::unique_ptr<inference_engine> torch_script_model::make_engine(std::size_t worker) const {
  const auto& options = self_->options;
  const auto device = to_torch_device(device_of(options, worker));
  return make_engine_on(device,
      {.owner = shared_from_this(),
          .runner =
              std::make_unique<torch_script_runner>(self_->modules[worker % self_->modules.size()],
                  self_->input, options.batch_sizes.back(), device),
          .input = self_->input,
          .labels = self_->labels,
          .batch_sizes = options.batch_sizes,
          .top = options.top,
          .description = describe_engine("TorchScript", self_->precision, device, options.threads)},
      options.threads);
}

batch_buffer::memory_source torch_script_model::batch_memory() const {
  return memory_for_batches(self_->options.devices);
}

} // namespace ocelli::inference
