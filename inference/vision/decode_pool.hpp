#pragma once

#include "inference/vision/frame_preparer.hpp"
#include "inference/vision/preprocessor.hpp"

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace ocelli::inference {

/// A fixed number of threads that decode the images of batches, the items of a batch side by side,
/// batches in the order in which they came. The queue is as long as what its callers have under
/// way: two batches per worker.
class decode_pool final : public frame_preparer {
 public:
  /// Starts `threads` threads, at least 1.
  decode_pool(const preprocessor& preparation, std::size_t threads);
  /// Finishes what was accepted, calling every `done`, and ends the threads. Not from a `done`.
  ~decode_pool() override;
  decode_pool(const decode_pool&) = delete;
  decode_pool& operator=(const decode_pool&) = delete;

  void prepare(batch_ptr work, std::function<void()> done) override;

 private:
  struct job;

  void run(std::size_t thread);
  void work_on(job& current, std::size_t item, std::size_t thread);

  std::vector<preprocessor> preprocessors_; ///< One per thread.
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::shared_ptr<job>> jobs_; ///< Jobs with items that no thread has taken yet.
  bool stopping_ = false;
  std::vector<std::jthread> threads_;
};

} // namespace ocelli::inference
