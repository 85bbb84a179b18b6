#include "inference/vision/torch_host.hpp"

#include <ATen/Context.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>
#include <fmt/format.h>
#include <torch/headeronly/version.h>

#include <dlfcn.h>
#include <fstream>
#include <iterator>

namespace ocelli::inference {

namespace {

/// Of CUDA's run time, which is in the process wherever LibTorch can use a GPU; its headers are not
/// needed. The numbers are part of its binary interface.
using get_attribute = int(int* value, int attribute, int device);
constexpr int compute_capability_major = 75;
constexpr int compute_capability_minor = 76;

std::vector<std::string> probe_gpus() {
  std::vector<std::string> architectures;
  auto* get = reinterpret_cast<get_attribute*>(dlsym(RTLD_DEFAULT, "cudaDeviceGetAttribute"));
  if (get == nullptr || !at::hasCUDA()) {
    return architectures;
  }
  const int count = c10::impl::getDeviceGuardImpl(at::kCUDA)->deviceCount();
  for (int device = 0; device < count; ++device) {
    int major = 0;
    int minor = 0;
    if (get(&major, compute_capability_major, device) != 0 ||
        get(&minor, compute_capability_minor, device) != 0) {
      break;
    }
    architectures.push_back(fmt::format("{}.{}", major, minor));
  }
  return architectures;
}

} // namespace

host_capabilities probe_host() {
  std::ifstream file("/proc/cpuinfo");
  const std::string cpuinfo{std::istreambuf_iterator<char>(file), {}};
  return {.torch_version = fmt::format(
              "{}.{}.{}", TORCH_VERSION_MAJOR, TORCH_VERSION_MINOR, TORCH_VERSION_PATCH),
      .cpu_features = parse_cpu_features(cpuinfo),
      .gpu_architectures = probe_gpus()};
}

} // namespace ocelli::inference
