#pragma once

#include "inference/vision/loaded_model.hpp"

#include <memory>

namespace ocelli::inference {

/// A TorchScript module, frozen and optimised for inference, once for each device. Thread-safe.
class torch_script_model final : public loaded_model,
                                 public std::enable_shared_from_this<torch_script_model> {
 public:
  /// Loads the model of `package` and runs it once on each device to see that it takes the
  /// package's input and gives one number per label. Throws `model_error`.
  static std::shared_ptr<const torch_script_model> load(
      const model_package& package, const load_options& options);
  ~torch_script_model() override;
  torch_script_model(const torch_script_model&) = delete;
  torch_script_model& operator=(const torch_script_model&) = delete;

  std::unique_ptr<inference_engine> make_engine(std::size_t worker) const override;
  batch_buffer::memory_source batch_memory() const override;

 private:
  struct implementation;
  explicit torch_script_model(std::unique_ptr<implementation> self);
  std::unique_ptr<implementation> self_;
};

} // namespace ocelli::inference
