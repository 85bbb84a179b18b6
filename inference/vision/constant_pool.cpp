#include "inference/vision/constant_pool.hpp"

#include <ATen/ATen.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <torch/csrc/inductor/aoti_torch/c/shim.h>
#include <torch/csrc/inductor/aoti_torch/utils.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <sys/mman.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace ocelli::inference {

namespace {

void check(AOTITorchError error) {
  if (error != AOTI_TORCH_SUCCESS) {
    throw std::runtime_error("a constant of the compiled model cannot be read");
  }
}

/// oneDNN's own description of a tensor in one of its layouts.
at::Tensor opaque_layout(const at::Tensor& tensor) {
  static const auto operation = c10::Dispatcher::singleton()
                                    .findSchemaOrThrow("mkldnn::_get_mkldnn_serialized_md", "")
                                    .typed<at::Tensor(const at::Tensor&)>();
  return operation.call(tensor);
}

std::size_t opaque_bytes(const at::Tensor& tensor) {
  static const auto operation = c10::Dispatcher::singleton()
                                    .findSchemaOrThrow("mkldnn::_nbytes", "")
                                    .typed<std::int64_t(const at::Tensor&)>();
  return static_cast<std::size_t>(operation.call(tensor));
}

/// Gives the whole pages in memory that nobody reads any more back to the system; the graph frees
/// the addresses in the end.
void give_back(void* data, std::size_t bytes) {
  const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
  const auto address = reinterpret_cast<std::uintptr_t>(data);
  const std::uintptr_t begin = (address + page - 1) / page * page;
  const std::uintptr_t end = (address + bytes) / page * page;
  if (begin < end) {
    madvise(static_cast<std::uint8_t*>(data) + (begin - address), end - begin, MADV_DONTNEED);
  }
}

} // namespace

constant_pool::constant constant_pool::describe(const at::Tensor& tensor) {
  constant result{.tensor = tensor, .description = {}, .data = nullptr, .bytes = 0};
  result.description = c10::str(tensor.scalar_type(), tensor.sizes(), tensor.layout());
  if (tensor.is_mkldnn()) {
    const at::Tensor layout = opaque_layout(tensor);
    result.description.append(static_cast<const char*>(layout.const_data_ptr()), layout.nbytes());
    result.bytes = opaque_bytes(tensor);
  } else {
    result.description += c10::str(tensor.strides(), tensor.storage_offset());
    result.bytes = tensor.storage().nbytes();
  }
  check(aoti_torch_get_data_ptr(
      torch::aot_inductor::tensor_pointer_to_tensor_handle(&result.tensor), &result.data));
  return result;
}

const constant_pool::constant* constant_pool::find(const constant& wanted) const {
  const auto [begin, end] = constants_.equal_range(wanted.description);
  const auto found = std::find_if(begin, end, [&](const auto& entry) {
    return entry.second.bytes == wanted.bytes &&
           std::memcmp(entry.second.data, wanted.data, wanted.bytes) == 0;
  });
  return found == end ? nullptr : &found->second;
}

void constant_pool::share(graph& runner) {
  // what a graph gives out goes by another name than what it takes, not always by a name of its own
  std::unordered_map<std::string, std::vector<std::string>> names;
  for (auto& [name, original] : runner.getConstantNamesToOriginalFQNs()) {
    names[original].push_back(name);
  }
  std::unordered_map<std::string, at::Tensor> shared;
  std::vector<constant> replaced;
  for (const auto& [original, tensor] : runner.extract_constants_map(false)) {
    if (names.at(original).size() > 1) {
      continue;
    }
    constant own = describe(tensor);
    if (const constant* other = find(own)) {
      shared.emplace(names.at(original).front(), other->tensor);
      replaced.push_back(std::move(own));
    } else {
      bytes_ += own.bytes;
      std::string description = own.description;
      constants_.emplace(std::move(description), std::move(own));
    }
  }
  if (shared.empty()) {
    return;
  }
  runner.update_constant_buffer(in_use_.emplace_back(std::move(shared)), /*use_inactive=*/false,
      /*validate_full_updates=*/false, /*user_managed=*/true);
  for (const constant& own : replaced) {
    give_back(own.data, own.bytes);
  }
}

} // namespace ocelli::inference
