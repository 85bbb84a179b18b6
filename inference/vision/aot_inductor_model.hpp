#pragma once

#include "inference/vision/loaded_model.hpp"

#include <memory>

namespace ocelli::inference {

/// A model that was compiled by AOTInductor, a graph for each batch size, on each device. Workers
/// on one device share its weights; on the processor the batch sizes share them too, as far as they
/// are equal. Thread-safe.
class aot_inductor_model final : public loaded_model,
                                 public std::enable_shared_from_this<aot_inductor_model> {
 public:
  /// Loads the graphs of `options.batch_sizes`, which the package has. Runs nothing: engines do
  /// when they warm up. Throws `model_error`.
  static std::shared_ptr<const aot_inductor_model> load(
      const model_package& package, const load_options& options);
  ~aot_inductor_model() override;
  aot_inductor_model(const aot_inductor_model&) = delete;
  aot_inductor_model& operator=(const aot_inductor_model&) = delete;

  std::unique_ptr<inference_engine> make_engine(std::size_t worker) const override;
  std::string memory() const override;
  batch_buffer::memory_source batch_memory() const override;

 private:
  struct implementation;
  explicit aot_inductor_model(std::unique_ptr<implementation> self);
  std::unique_ptr<implementation> self_;
};

} // namespace ocelli::inference
