#include "inference/vision/engine_on_device.hpp"

#include "inference/vision/device_engine.hpp"
#include "inference/vision/host_engine.hpp"

#include <fmt/format.h>

namespace ocelli::inference {

at::Device to_torch_device(const model_device& device) {
  return device.kind == device_kind::cpu
             ? at::Device(at::kCPU)
             : at::Device(at::kCUDA, static_cast<at::DeviceIndex>(device.index));
}

std::unique_ptr<inference_engine> make_engine_on(
    at::Device device, engine_parts parts, const config::thread_plan& threads) {
  if (device.is_cpu()) {
    return std::make_unique<host_engine>(std::move(parts), threads);
  }
  try {
    return std::make_unique<device_engine>(std::move(parts), threads, device);
  } catch (const std::exception& error) {
    const std::string text = error.what();
    throw engine_error(fmt::format(
        "no engine can be made on {}: {}", device.str(), text.substr(0, text.find('\n'))));
  }
}

std::string describe_engine(const std::string& format, const std::string& precision,
    at::Device device, const config::thread_plan& threads) {
  if (!device.is_cpu()) {
    return fmt::format("{}, {}, {}", format, device.str(), precision);
  }
  return fmt::format("{}, CPU, {}, {} thread{}", format, precision, threads.intra_op_threads,
      threads.intra_op_threads == 1 ? "" : "s");
}

} // namespace ocelli::inference
