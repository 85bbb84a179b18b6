#pragma once

#include "inference/vision/batch_engine.hpp"

#include <c10/core/Device.h>

namespace ocelli::inference {

/// LibTorch's name for a device.
at::Device to_torch_device(const model_device& device);

/// The engine for the kind of `device`, for the calling thread. Throws `engine_error` in one line.
/// For the LibTorch part only.
std::unique_ptr<inference_engine> make_engine_on(
    at::Device device, engine_parts parts, const config::thread_plan& threads);

/// For the log, as in "TorchScript, CPU, float32, 2 threads".
std::string describe_engine(const std::string& format, const std::string& precision,
    at::Device device, const config::thread_plan& threads);

} // namespace ocelli::inference
