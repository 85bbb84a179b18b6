#include "inference/vision/torch_script_model.hpp"

#include "inference/vision/label_encoder.hpp"
#include "inference/vision/torch_script_engine.hpp"

#include <fmt/format.h>
#include <torch/csrc/jit/codegen/fuser/interface.h>
#include <torch/csrc/jit/passes/tensorexpr_fuser.h>
#include <torch/csrc/jit/runtime/graph_executor.h>
#include <torch/script.h>

namespace ocelli::inference {

struct torch_script_model::implementation {
  torch::jit::Module module;
  input_spec input;
  label_encoder labels;
};

namespace {

/// The profiling executor compiles anew for every batch size that it meets, in the middle of
/// serving.
void switch_recompilation_off() {
  torch::jit::getProfilingMode() = false;
  torch::jit::setTensorExprFuserEnabled(false);
}

torch::jit::Module load_module(const model_package& package) {
  try {
    auto module = torch::jit::load(package.model_file.string(), at::kCPU);
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
void check_output(torch::jit::Module& module, const model_package& package) {
  constexpr std::int64_t images = 2;
  const auto channels = static_cast<std::int64_t>(package.input.channels());
  at::IValue output;
  try {
    output =
        module.forward({torch::zeros({images, channels, package.input.height, package.input.width},
            at::TensorOptions().memory_format(at::MemoryFormat::ChannelsLast))});
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
    const model_package& package, const std::string& device) {
  if (device != "auto" && device != "cpu") {
    throw model_error(
        fmt::format("inference.device \"{}\" is not supported: take \"auto\" or \"cpu\"", device));
  }
  switch_recompilation_off();
  const c10::InferenceMode inference;
  auto module = load_module(package);
  check_output(module, package);
  auto self = std::make_unique<implementation>(implementation{
      .module = module, .input = package.input, .labels = label_encoder(package.labels)});
  return std::shared_ptr<const torch_script_model>(new torch_script_model(std::move(self)));
}

std::unique_ptr<inference_engine> torch_script_model::make_engine(
    const engine_options& options) const {
  return std::make_unique<torch_script_engine>(
      shared_from_this(), self_->module, self_->input, self_->labels, options);
}

} // namespace ocelli::inference
