#include "inference/vision/device_stream.hpp"

#include <c10/core/impl/VirtualGuardImpl.h>

namespace ocelli::inference {

device_stream::device_stream(at::Device device)
    : stream_(c10::impl::VirtualGuardImpl(device.type()).getStreamFromGlobalPool(device)),
      done_(device.type()) {}

void device_stream::wait() {
  done_.record(stream_);
  done_.synchronize();
}

void device_stream::settle() noexcept {
  try {
    wait();
  } catch (const std::exception&) {
    // the failure that came before is the one to tell
  }
}

} // namespace ocelli::inference
