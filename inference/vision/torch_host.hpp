#pragma once

#include "inference/vision/host_capabilities.hpp"

namespace ocelli::inference {

/// What this host and its LibTorch offer. GPUs are those that LibTorch can use: without a driver,
/// or with a LibTorch for the processor only, there are none.
host_capabilities probe_host();

} // namespace ocelli::inference
