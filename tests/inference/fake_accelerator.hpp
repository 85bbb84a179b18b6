#pragma once

#include <c10/core/Device.h>
#include <c10/core/Stream.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace ocelli::tests {

/// An accelerator without hardware, as LibTorch's device "fake" (two of them), for tests
/// of the code that drives real ones. Its memory is the host's, and what is copied without waiting
/// is really done later: when an operation or an event of the same stream needs it. So results that
/// are read too early, bytes that are changed too early, and work on the wrong stream give wrong
/// answers, and every call is in the log. Thread-safe.
class fake_accelerator {
 public:
  static fake_accelerator& instance();

  /// Forgets what earlier tests did; nothing may be under way.
  void reset();

  /// What was asked for, in order: "use stream 2", "copy to device on 2", "run aten::topk on 2",
  /// "copy to host on 2", "record on 2", "wait for event of 2".
  std::vector<std::string> log() const;
  /// Work of a stream that is not done yet.
  std::size_t pending(c10::StreamId stream) const;
  /// From now on waiting for an event fails, as on a device that is broken.
  void break_down();
  /// From now on, until `reset`, memory on the device cannot be had.
  void exhaust_memory();
  /// How often memory could not be had.
  std::int64_t out_of_memory_count() const;
  void count_out_of_memory();

  // For the parts of the fake.
  void note(std::string entry);
  void enqueue(c10::StreamId stream, std::function<void()> work);
  /// Does what is enqueued on a stream up to `position`.
  void run_until(c10::StreamId stream, std::size_t position);
  void run_all(c10::StreamId stream);
  /// The position after what is enqueued now.
  std::size_t position(c10::StreamId stream) const;
  c10::StreamId new_stream();
  bool broken() const;
  bool exhausted() const;

  static constexpr c10::DeviceIndex devices = 2;

 private:
  fake_accelerator();

  struct queue {
    std::deque<std::function<void()>> work;
    std::size_t done = 0;
  };
  mutable std::recursive_mutex mutex_;
  std::map<c10::StreamId, queue> queues_;
  std::vector<std::string> log_;
  c10::StreamId last_stream_ = 0;
  std::int64_t out_of_memory_ = 0;
  bool broken_ = false;
  bool exhausted_ = false;
};

/// A device of the fake.
c10::Device fake_device(c10::DeviceIndex index = 0);

/// The stream that is current for the calling thread.
c10::StreamId current_stream(c10::DeviceIndex index = 0);

} // namespace ocelli::tests
