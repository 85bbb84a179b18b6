#pragma once

#include "config/threads.hpp"
#include "inference/vision/inference_engine.hpp"
#include "inference/vision/model_package.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace ocelli::inference {

/// What an engine is made for.
struct engine_options {
  config::thread_plan threads;
  std::vector<std::uint32_t> batch_sizes = {1}; ///< Ascending, at least one.
  std::size_t top = 1;                          ///< Labels per prediction, at least 1.
};

/// A TorchScript module, loaded once, frozen and optimised for inference. Its engines share the
/// weights, which nobody writes. Thread-safe.
class torch_script_model : public std::enable_shared_from_this<torch_script_model> {
 public:
  /// Loads the model of `package` for `device`, "auto" or "cpu", and runs it once to see that it
  /// takes the package's input and gives one number per label. Throws `model_error`.
  static std::shared_ptr<const torch_script_model> load(
      const model_package& package, const std::string& device);
  ~torch_script_model();
  torch_script_model(const torch_script_model&) = delete;
  torch_script_model& operator=(const torch_script_model&) = delete;

  /// An engine for the calling thread, whose LibTorch threads it sets. Throws `std::bad_alloc`
  /// only.
  std::unique_ptr<inference_engine> make_engine(const engine_options& options) const;

 private:
  struct implementation;
  explicit torch_script_model(std::unique_ptr<implementation> self);
  std::unique_ptr<implementation> self_;
};

} // namespace ocelli::inference
