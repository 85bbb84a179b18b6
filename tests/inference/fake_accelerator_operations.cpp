#include "inference/fake_accelerator.hpp"

#include <ATen/ATen.h>
#include <ATen/EmptyTensor.h>
#include <ATen/native/CPUFallback.h>
#include <ATen/ops/as_strided_native.h>
#include <fmt/format.h>
#include <torch/library.h>

// What the fake accelerator can do: memory and views by itself, everything else by LibTorch's
// kernels for the processor, once what the stream has to do before is done.

namespace ocelli::tests {

namespace {

using optional_type = std::optional<at::ScalarType>;
using optional_layout = std::optional<at::Layout>;
using optional_device = std::optional<at::Device>;

constexpr c10::DispatchKeySet fake_keys(c10::DispatchKey::PrivateUse1);

c10::Allocator* memory() { return c10::GetAllocator(c10::DeviceType::PrivateUse1); }

at::Tensor empty(at::IntArrayRef size, optional_type type, optional_layout, optional_device device,
    std::optional<bool>, std::optional<at::MemoryFormat> format) {
  const c10::OptionalDeviceGuard guard(device);
  return at::detail::empty_generic(size, memory(), fake_keys, c10::dtype_or_default(type), format);
}

at::Tensor empty_strided(at::IntArrayRef size, at::IntArrayRef stride, optional_type type,
    optional_layout, optional_device device, std::optional<bool>) {
  const c10::OptionalDeviceGuard guard(device);
  return at::detail::empty_strided_generic(
      size, stride, memory(), fake_keys, c10::dtype_or_default(type));
}

/// The same memory as a tensor of the processor.
at::Tensor on_host(const at::Tensor& tensor) {
  if (tensor.is_cpu()) {
    return tensor;
  }
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast): a view for reading and writing
  return at::from_blob(
      const_cast<void*>(tensor.const_data_ptr()), tensor.sizes(), tensor.strides(),
      [tensor](void*) {}, tensor.options().device(at::kCPU));
}

at::Tensor copy_from(const at::Tensor& from, const at::Tensor& to, bool non_blocking) {
  auto& accelerator = fake_accelerator::instance();
  const auto device = from.is_cpu() ? to.device() : from.device();
  const auto stream = current_stream(device.index());
  auto work = [from = on_host(from), target = on_host(to)] { target.copy_(from); };
  if (non_blocking) {
    accelerator.note(fmt::format("copy to {} on {}", to.is_cpu() ? "host" : "device", stream));
    accelerator.enqueue(stream, std::move(work));
  } else {
    accelerator.run_all(stream);
    work();
  }
  return to;
}

at::Tensor copy_from_and_resize(const at::Tensor& from, const at::Tensor& to) {
  return copy_from(from, to, false);
}

at::Tensor view(const at::Tensor& tensor, at::IntArrayRef size) {
  return tensor.as_strided(size, c10::contiguous_strides(at::infer_size(size, tensor.numel())));
}

void run_on_host(const c10::OperatorHandle& operation, torch::jit::Stack* stack) {
  auto& accelerator = fake_accelerator::instance();
  const auto stream = current_stream();
  accelerator.run_all(stream);
  accelerator.note(fmt::format("run {} on {}", operation.schema().name(), stream));
  at::native::cpu_fallback(operation, stack);
}

} // namespace

} // namespace ocelli::tests

TORCH_LIBRARY_IMPL(_, PrivateUse1, m) {
  m.fallback(torch::CppFunction::makeFromBoxedFunction<&ocelli::tests::run_on_host>());
}

TORCH_LIBRARY_IMPL(aten, PrivateUse1, m) {
  m.impl("empty.memory_format", &ocelli::tests::empty);
  m.impl("empty_strided", &ocelli::tests::empty_strided);
  m.impl("_copy_from", &ocelli::tests::copy_from);
  m.impl("_copy_from_and_resize", &ocelli::tests::copy_from_and_resize);
  m.impl("as_strided", &at::native::as_strided_tensorimpl);
  m.impl("view", &ocelli::tests::view);
}
