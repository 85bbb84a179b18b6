#include "inference/vision/aot_inductor_runner.hpp"

#include "inference/vision/inference_engine.hpp"

#include <c10/core/CachingDeviceAllocator.h>
#include <fmt/format.h>

#include <utility>

namespace ocelli::inference {

namespace {

std::int64_t count_out_of_memory(at::Device device) {
  return device.is_cpu()
             ? 0
             : c10::getDeviceAllocator(device.type())->getDeviceStats(device.index()).num_ooms;
}

} // namespace

aot_inductor_runner::aot_inductor_runner(const compiled_graphs& graphs, at::Device device)
    : graphs_(graphs), device_(device), out_of_memory_count_(count_out_of_memory(device)) {}

at::Tensor aot_inductor_runner::run(const at::Tensor& bytes) {
  auto* graph = graphs_.at(bytes.size(0));
  std::vector<at::Tensor> outputs;
  try {
    outputs = graph->run({bytes});
  } catch (const std::exception&) {
    // the compiled code hands over nothing but the fact; its words are on standard error
    const auto count = count_out_of_memory(device_);
    if (count != std::exchange(out_of_memory_count_, count)) {
      throw engine_out_of_memory(
          fmt::format("out of memory on {} for a batch of {}", device_.str(), bytes.size(0)));
    }
    throw engine_error("the compiled model failed; standard error says why");
  }
  if (outputs.size() != 1) {
    throw engine_error(
        fmt::format("the compiled model gave {} tensors instead of one", outputs.size()));
  }
  return std::move(outputs.front());
}

} // namespace ocelli::inference
