#include "application/application.hpp"
#include "config/device_choice.hpp"
#include "inference/share_folder.hpp"
#include "inference/vision/inference_threads.hpp"
#include "inference/vision/loaded_model.hpp"
#include "inference/vision/model_package.hpp"
#include "inference/vision/model_placement.hpp"
#include "inference/vision/spin_limit.hpp"
#include "inference/vision/torch_host.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace {

using namespace ocelli;

/// The devices for `package`, which the settings name and the host has.
std::vector<inference::model_device> find_devices(
    const config::settings& configured, const inference::model_package& package) {
  // the loader has refused what cannot be parsed
  const auto choice = config::parse_device_choice(configured.inference.device);
  return inference::place_model(
      package, std::get<config::device_choice>(choice), inference::probe_host());
}

std::string describe(const std::vector<inference::model_device>& devices) {
  std::vector<std::string> names;
  for (const auto& device : devices)
    names.push_back(to_string(device));
  return fmt::format("{}", fmt::join(names, ", "));
}

/// The model that `model.path` names, on LibTorch.
served_model load_model(const config::settings& configured, const config::thread_plan& threads) {
  auto package = inference::load_model_package(
      inference::resolve_model_path(configured.model.path, inference::share_folder()));
  inference::load_options options;
  options.devices = find_devices(configured, package);
  served_model result;
  result.gpus =
      static_cast<std::uint32_t>(std::count_if(options.devices.begin(), options.devices.end(),
          [](const auto& device) { return device.kind == inference::device_kind::cuda; }));
  options.threads = config::plan_threads(configured, threads.processors, result.gpus);
  inference::limit_library_threads(options.threads);
  options.batch_sizes = inference::usable_batch_sizes(package, configured.inference.batch_sizes);
  options.top = configured.response.details ? configured.response.top : 1;
  auto model = inference::load_model(package, options);
  result.make_engine = [model](std::size_t worker) { return model->make_engine(worker); };
  result.batch_sizes = options.batch_sizes;
  result.batch_memory = model->batch_memory();
  result.input = package.input;
  result.labels = package.labels;
  result.name = package.name;
  result.format =
      package.format == inference::model_format::aot_inductor ? "aotinductor" : "torchscript";
  result.precision = package.precision;
  result.device = describe(options.devices);
  result.memory = model->memory();
  return result;
}

} // namespace

int main(int argc, char** argv) {
  inference::limit_spinning(argv);
  return run_program({argv + 1, argv + argc}, load_model);
}
