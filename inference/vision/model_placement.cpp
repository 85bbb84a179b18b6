#include "inference/vision/model_placement.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <numeric>
#include <string_view>

namespace ocelli::inference {

namespace {

using place = config::device_choice::place;

constexpr std::string_view no_gpu_advice =
    "check the driver (nvidia-smi), that the container may use the GPU (docker run --gpus all), "
    "and "
    "that LibTorch is the one for CUDA (scripts/setup --cuda, image target cuda)";

/// "2.11" of "2.11.0": releases that differ in the last number run each other's compiled models.
std::string_view minor_version(std::string_view version) {
  const auto first = version.find('.');
  return version.substr(0, version.find('.', first == version.npos ? first : first + 1));
}

void check_torch(const model_package& package, const host_capabilities& host) {
  const auto& compiled = package.compiled.torch_version;
  if (minor_version(compiled) != minor_version(host.torch_version)) {
    throw model_error(
        fmt::format("{} was compiled by torch {}, but this is LibTorch {}: export it again with "
                    "torch {}, or take a TorchScript package",
            package.folder.string(), compiled, host.torch_version, host.torch_version));
  }
}

void check_cpu_features(const model_package& package, const host_capabilities& host) {
  std::vector<std::string> missing;
  std::copy_if(package.compiled.cpu_features.begin(), package.compiled.cpu_features.end(),
      std::back_inserter(missing),
      [&](const auto& feature) { return !host.cpu_features.contains(feature); });
  if (!missing.empty()) {
    throw model_error(
        fmt::format("{} was compiled for processors with {}, which this one has not: "
                    "export it on a host like this one, or take a TorchScript package",
            package.folder.string(), fmt::join(missing, ", ")));
  }
}

bool fits(const model_package& package, const std::string& architecture) {
  return package.format == model_format::torch_script ||
         package.compiled.gpu_architecture == architecture;
}

std::string describe_gpus(const host_capabilities& host) {
  if (host.gpu_architectures.empty()) {
    return "no GPU that LibTorch can use";
  }
  std::vector<std::string> gpus;
  for (std::size_t i = 0; i < host.gpu_architectures.size(); ++i) {
    gpus.push_back(fmt::format("cuda:{} (compute capability {})", i, host.gpu_architectures[i]));
  }
  return fmt::format("{}", fmt::join(gpus, ", "));
}

std::vector<model_device> listed(const model_package& package,
    const std::vector<std::uint32_t>& gpus, const host_capabilities& host) {
  std::vector<model_device> devices;
  for (const std::uint32_t gpu : gpus) {
    if (gpu >= host.gpu_architectures.size()) {
      throw model_error(fmt::format("inference.device names cuda:{}, but this host has {}: {}", gpu,
          describe_gpus(host),
          host.gpu_architectures.empty() ? no_gpu_advice : "name one of these"));
    }
    if (!fits(package, host.gpu_architectures[gpu])) {
      throw model_error(fmt::format(
          "{} was compiled for compute capability {}, but cuda:{} has {}: export it on a "
          "host with such a GPU, or name other GPUs in inference.device",
          package.folder.string(), package.compiled.gpu_architecture, gpu,
          host.gpu_architectures[gpu]));
    }
    devices.push_back({.kind = device_kind::cuda, .index = gpu});
  }
  return devices;
}

std::vector<std::uint32_t> all_gpus(const host_capabilities& host) {
  std::vector<std::uint32_t> gpus(host.gpu_architectures.size());
  std::iota(gpus.begin(), gpus.end(), 0U);
  return gpus;
}

} // namespace

std::string to_string(const model_device& device) {
  return device.kind == device_kind::cpu ? "cpu" : fmt::format("cuda:{}", device.index);
}

std::vector<model_device> place_model(const model_package& package,
    const config::device_choice& choice, const host_capabilities& host) {
  const bool compiled = package.format == model_format::aot_inductor;
  const bool wants_gpu = choice.where == place::every_gpu || choice.where == place::listed_gpus;
  const bool for_gpu = compiled && package.compiled.device == device_kind::cuda;
  if (compiled) {
    check_torch(package, host);
  }
  if (compiled && !for_gpu) {
    if (wants_gpu) {
      throw model_error(
          fmt::format("{} was compiled for the processor, but inference.device wants a "
                      "GPU: export it with --device cuda, or set inference.device to "
                      "\"auto\"",
              package.folder.string()));
    }
    check_cpu_features(package, host);
    return {model_device{}};
  }
  if (for_gpu && choice.where == place::processor) {
    throw model_error(
        fmt::format("{} was compiled for a GPU, but inference.device is \"cpu\": export it with "
                    "--device cpu, or set inference.device to \"auto\"",
            package.folder.string()));
  }
  if (choice.where == place::listed_gpus) {
    return listed(package, choice.gpus, host);
  }
  auto gpus = all_gpus(host);
  if (choice.where == place::automatic) {
    std::erase_if(
        gpus, [&](std::uint32_t gpu) { return !fits(package, host.gpu_architectures[gpu]); });
  }
  if (gpus.empty() && for_gpu) {
    throw model_error(
        fmt::format("{} was compiled for a GPU of compute capability {}, but this host has {}: {}; "
                    "or export it with --device cpu",
            package.folder.string(), package.compiled.gpu_architecture, describe_gpus(host),
            host.gpu_architectures.empty() ? no_gpu_advice : "export it on a host like this one"));
  }
  if (gpus.empty() && wants_gpu) {
    throw model_error(fmt::format("inference.device is \"cuda\", but this host has {}: {}",
        describe_gpus(host), no_gpu_advice));
  }
  if (gpus.empty() || choice.where == place::processor) {
    return {model_device{}};
  }
  return listed(package, gpus, host);
}

std::vector<std::uint32_t> usable_batch_sizes(
    const model_package& package, const std::vector<std::uint32_t>& configured) {
  if (package.format == model_format::torch_script) {
    return configured;
  }
  std::vector<std::uint32_t> sizes;
  std::vector<std::uint32_t> there;
  for (const auto& batch : package.compiled.batches) {
    there.push_back(batch.size);
    if (std::find(configured.begin(), configured.end(), batch.size) != configured.end()) {
      sizes.push_back(batch.size);
    }
  }
  if (sizes.empty()) {
    throw model_error(fmt::format("{} has the batch sizes {}, of which inference.batch_sizes ({}) "
                                  "names none: name one or more of them",
        package.folder.string(), fmt::join(there, ", "), fmt::join(configured, ", ")));
  }
  return sizes;
}

} // namespace ocelli::inference
