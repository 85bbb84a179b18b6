#pragma once

#include <ATen/core/Tensor.h>
#include <torch/csrc/inductor/aoti_runner/model_container_runner.h>

#include <cstddef>
#include <deque>
#include <string>
#include <unordered_map>

namespace ocelli::inference {

/// Lets the graphs of one compiled model, one for each batch size, use one copy of equal weights on
/// the processor: each brings its own, most of them the same bytes in the same layout. Lives as
/// long as the graphs. Not thread-safe. For the LibTorch part only.
class constant_pool {
 public:
  using graph = torch::inductor::AOTIModelContainerRunner;

  constant_pool() = default;
  constant_pool(const constant_pool&) = delete;
  constant_pool& operator=(const constant_pool&) = delete;

  /// The graph uses those of earlier graphs where its constants are equal to them, and gives the
  /// memory of its own back to the system; the others may be used by later graphs. Not while the
  /// graph runs. Throws what LibTorch throws.
  void share(graph& runner);
  /// Bytes of all different constants.
  std::size_t bytes() const noexcept { return bytes_; }

 private:
  struct constant {
    at::Tensor tensor;
    std::string description; ///< Type, shape and layout.
    void* data = nullptr;
    std::size_t bytes = 0;
  };
  static constant describe(const at::Tensor& tensor);
  const constant* find(const constant& wanted) const;

  std::unordered_multimap<std::string, constant> constants_; ///< By description.
  /// Graphs refer to these tensors by address.
  std::deque<std::unordered_map<std::string, at::Tensor>> in_use_;
  std::size_t bytes_ = 0;
};

} // namespace ocelli::inference
