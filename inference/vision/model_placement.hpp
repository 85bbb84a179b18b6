#pragma once

#include "config/device_choice.hpp"
#include "inference/vision/host_capabilities.hpp"
#include "inference/vision/model_package.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace ocelli::inference {

/// One device that runs a model.
struct model_device {
  device_kind kind = device_kind::cpu;
  std::uint32_t index = 0; ///< Of a GPU.

  bool operator==(const model_device&) const = default;
};

/// "cpu", or as in "cuda:1".
std::string to_string(const model_device& device);

/// The devices that run `package` on `host` as `choice` wants it: the processor alone, or one GPU
/// or more. Throws `model_error` when the package cannot run here, with what to do.
std::vector<model_device> place_model(const model_package& package,
    const config::device_choice& choice, const host_capabilities& host);

/// The batch sizes that are used: `configured` ones, of a compiled model those that it has. Throws
/// `model_error` when that leaves none.
std::vector<std::uint32_t> usable_batch_sizes(
    const model_package& package, const std::vector<std::uint32_t>& configured);

} // namespace ocelli::inference
