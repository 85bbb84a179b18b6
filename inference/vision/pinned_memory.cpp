#include "inference/vision/pinned_memory.hpp"

#include <ATen/ATen.h>

#include <algorithm>

namespace ocelli::inference {

std::shared_ptr<std::uint8_t[]> pinned_memory(std::size_t bytes) {
  auto owner = std::make_shared<at::Tensor>(at::empty(
      {static_cast<std::int64_t>(bytes)}, at::TensorOptions(at::kByte).pinned_memory(true)));
  auto* data = owner->data_ptr<std::uint8_t>();
  return {std::move(owner), data};
}

batch_buffer::memory_source memory_for_batches(const std::vector<model_device>& devices) {
  const bool accelerated = std::any_of(devices.begin(), devices.end(),
      [](const model_device& device) { return device.kind != device_kind::cpu; });
  return accelerated ? &pinned_memory : &batch_buffer::ordinary_memory;
}

} // namespace ocelli::inference
