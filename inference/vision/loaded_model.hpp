#pragma once

#include "config/threads.hpp"
#include "inference/vision/batch_buffer.hpp"
#include "inference/vision/inference_engine.hpp"
#include "inference/vision/model_package.hpp"
#include "inference/vision/model_placement.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace ocelli::inference {

/// What a model is loaded for.
struct load_options {
  config::thread_plan threads;                          ///< Workers, and threads of one engine.
  std::vector<model_device> devices = {model_device{}}; ///< As from `place_model`.
  std::vector<std::uint32_t> batch_sizes = {1};         ///< Ascending, at least one.
  std::size_t top = 1;                                  ///< Labels per prediction, at least 1.
};

/// A model in memory, on all of its devices. Its engines share the weights, which nobody writes.
/// Thread-safe.
class loaded_model {
 public:
  virtual ~loaded_model() = default;

  /// The engine of a worker, 0 or more, for the calling thread, whose LibTorch threads it sets.
  /// Workers take turns among the devices, so that one that is started again finds its own. The
  /// engine keeps the model alive. Throws `engine_error`.
  virtual std::unique_ptr<inference_engine> make_engine(std::size_t worker) const = 0;
  /// For the log: how much memory the model takes; empty when nothing was measured.
  virtual std::string memory() const { return {}; }
  /// Memory for batches that the devices copy from without a detour.
  virtual batch_buffer::memory_source batch_memory() const = 0;
};

/// Loads the model of `package`, whose format decides how. Throws `model_error`.
std::shared_ptr<const loaded_model> load_model(
    const model_package& package, const load_options& options);

/// The device of a worker: workers take turns.
inline const model_device& device_of(const load_options& options, std::size_t worker) {
  return options.devices[worker % options.devices.size()];
}

} // namespace ocelli::inference
