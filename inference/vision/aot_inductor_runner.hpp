#pragma once

#include "inference/vision/model_runner.hpp"

#include <torch/csrc/inductor/aoti_runner/model_container_runner.h>

#include <cstdint>
#include <map>

namespace ocelli::inference {

/// The graphs of a compiled model on one device, by batch size. They are thread-safe.
using compiled_graphs = std::map<std::int64_t, torch::inductor::AOTIModelContainerRunner*>;

/// Runs a compiled model. For the LibTorch part only.
class aot_inductor_runner final : public model_runner {
 public:
  /// `graphs`, which lie on `device`, outlive the runner.
  aot_inductor_runner(const compiled_graphs& graphs, at::Device device);

  /// Throws `engine_out_of_memory` when the device had too little memory.
  at::Tensor run(const at::Tensor& bytes) override;

 private:
  const compiled_graphs& graphs_;
  at::Device device_;
  std::int64_t out_of_memory_count_; ///< How often the device's allocator has failed, as last seen.
};

} // namespace ocelli::inference
