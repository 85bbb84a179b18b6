#pragma once

#include "inference/vision/batch_buffer.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace ocelli::inference {

/// An engine could not run a batch; the batch fails, the engine stays usable.
class engine_error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The device had not enough memory for a batch of this size; a smaller one may fit.
class engine_out_of_memory : public engine_error {
 public:
  using engine_error::engine_error;
};

/// One label with its probability.
struct scored_label {
  std::uint32_t index = 0; ///< Position in the label encoder.
  float confidence = 0;    ///< Softmax of the logits, 0 to 1.
};

/// What a model says about one image: labels by falling confidence, at least one.
using prediction = std::vector<scored_label>;

/// Runs batches on one device. Belongs to one thread: constructed, used and destroyed there.
class inference_engine {
 public:
  virtual ~inference_engine() = default;
  /// Runs every batch size once, so that the first client does not wait for it.
  virtual void warm_up() = 0;
  /// Runs rows 0 to `rows - 1` of `input`, 1 <= rows <= capacity, in the smallest batch size that
  /// holds them, and returns one prediction for each, `top` labels long. Throws `engine_error`, and
  /// `engine_out_of_memory` where fewer rows may work.
  virtual std::vector<prediction> run(const batch_buffer& input, std::size_t rows) = 0;
  /// For the log: format, device, precision.
  virtual std::string description() const = 0;
};

/// Makes the engine of a worker, 0 or more, on the thread that will use it; a worker that is
/// started again gets the same device. Throws with a message that says what to do. Thread-safe.
using engine_factory = std::function<std::unique_ptr<inference_engine>(std::size_t worker)>;

} // namespace ocelli::inference
