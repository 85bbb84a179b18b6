#pragma once

#include <c10/core/Event.h>
#include <c10/core/Stream.h>
#include <c10/core/StreamGuard.h>

namespace ocelli::inference {

/// A stream of an accelerator, of LibTorch's pool. Work that is enqueued on it is done in order,
/// beside the work of other streams. Uses c10's device-independent interface, so that no CUDA
/// header is needed. Belongs to one thread. For the LibTorch part only.
class device_stream {
 public:
  /// Throws `c10::Error` when there is no such device.
  explicit device_stream(at::Device device);

  /// Makes the stream, and its device, the calling thread's current one until the guard ends.
  c10::StreamGuard make_current() const { return c10::StreamGuard(stream_); }
  /// Blocks until everything enqueued so far is done, on this stream only. Throws what the device
  /// reports.
  void wait();
  /// As `wait`, after a failure: the device may be broken, and nothing is thrown.
  void settle() noexcept;

  at::Device device() const noexcept { return stream_.device(); }

 private:
  c10::Stream stream_;
  c10::Event done_;
};

} // namespace ocelli::inference
