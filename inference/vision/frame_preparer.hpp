#pragma once

#include "inference/vision/batch.hpp"

#include <functional>

namespace ocelli::inference {

/// Decodes the images of a batch into its buffer.
class frame_preparer {
 public:
  virtual ~frame_preparer() = default;
  /// Fills the rows of `work` and calls `done` once, from any thread, when every item is in its row
  /// or has a failure and the rows of failed items are closed up. Never blocks, never throws. What
  /// is under way at once is bounded by the callers, two batches per worker. Thread-safe.
  virtual void prepare(batch_ptr work, std::function<void()> done) = 0;
};

} // namespace ocelli::inference
