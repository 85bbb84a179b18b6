#include "inference/fake_accelerator.hpp"

#include <ATen/detail/PrivateUse1HooksInterface.h>
#include <c10/core/CachingDeviceAllocator.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>
#include <fmt/format.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <stdexcept>

// The accelerator's streams, events and memory; its operations are in
// fake_accelerator_operations.cpp.

namespace ocelli::tests {

namespace {

constexpr auto fake_type = c10::DeviceType::PrivateUse1;

thread_local c10::DeviceIndex current_device = 0;
thread_local std::array<c10::StreamId, fake_accelerator::devices> current_streams{};

struct fake_event {
  c10::StreamId stream = 0;
  std::size_t position = 0;
};

class fake_guard final : public c10::impl::DeviceGuardImplInterface {
 public:
  c10::DeviceType type() const override { return fake_type; }
  c10::Device exchangeDevice(c10::Device device) const override {
    const auto before = getDevice();
    current_device = device.index();
    return before;
  }
  c10::Device getDevice() const override { return {fake_type, current_device}; }
  void setDevice(c10::Device device) const override { current_device = device.index(); }
  void uncheckedSetDevice(c10::Device device) const noexcept override {
    current_device = device.index();
  }
  c10::Stream getStream(c10::Device device) const override {
    return c10::Stream(c10::Stream::UNSAFE, device, current_stream(device.index()));
  }
  c10::Stream getStreamFromGlobalPool(c10::Device device, bool) const override {
    if (device.index() >= fake_accelerator::devices) {
      throw std::runtime_error("no such device");
    }
    return c10::Stream(c10::Stream::UNSAFE, device, fake_accelerator::instance().new_stream());
  }
  c10::Stream exchangeStream(c10::Stream stream) const override {
    const auto before = getStream(stream.device());
    current_streams.at(static_cast<std::size_t>(stream.device_index())) = stream.id();
    fake_accelerator::instance().note(fmt::format("use stream {}", stream.id()));
    return before;
  }
  void record(void** event, const c10::Stream& stream, const c10::DeviceIndex,
      const c10::EventFlag) const override {
    if (*event == nullptr) {
      *event = new fake_event;
    }
    auto& accelerator = fake_accelerator::instance();
    *static_cast<fake_event*>(*event) = {stream.id(), accelerator.position(stream.id())};
    accelerator.note(fmt::format("record on {}", stream.id()));
  }
  void synchronizeEvent(void* event) const override {
    auto& accelerator = fake_accelerator::instance();
    const auto& recorded = *static_cast<fake_event*>(event);
    accelerator.run_until(recorded.stream, recorded.position);
    accelerator.note(fmt::format("wait for event of {}", recorded.stream));
    if (accelerator.broken()) {
      throw std::runtime_error("the device is broken\nand a page of details");
    }
  }
  void destroyEvent(void* event, const c10::DeviceIndex) const noexcept override {
    delete static_cast<fake_event*>(event);
  }
  c10::DeviceIndex deviceCount() const noexcept override { return fake_accelerator::devices; }
};

/// Memory of the device, or pinned for it: filled with what no test expects.
class fake_allocator final : public c10::DeviceAllocator {
 public:
  explicit fake_allocator(bool on_device) : on_device_(on_device) {}

  c10::DataPtr allocate(std::size_t bytes) override {
    auto& accelerator = fake_accelerator::instance();
    if (on_device_ && accelerator.exhausted()) {
      accelerator.count_out_of_memory();
      throw c10::OutOfMemoryError(
          {__func__, __FILE__, __LINE__}, "the fake device is full\ndetails");
    }
    void* data = std::malloc(std::max<std::size_t>(bytes, 1));
    std::memset(data, 0xA5, bytes);
    const auto device =
        on_device_ ? c10::Device(fake_type, current_device) : c10::Device(c10::kCPU);
    return {data, data, &std::free, device};
  }
  c10::DeleterFnPtr raw_deleter() const override { return &std::free; }
  void copy_data(void* to, const void* from, std::size_t bytes) const override {
    std::memcpy(to, from, bytes);
  }
  bool initialized() override { return true; }
  void emptyCache(c10::MempoolId_t) override {}
  void recordStream(const c10::DataPtr&, c10::Stream) override {}
  c10::CachingDeviceAllocator::DeviceStats getDeviceStats(c10::DeviceIndex) override {
    c10::CachingDeviceAllocator::DeviceStats stats;
    stats.num_ooms = fake_accelerator::instance().out_of_memory_count();
    return stats;
  }
  void resetAccumulatedStats(c10::DeviceIndex) override {}
  void resetPeakStats(c10::DeviceIndex) override {}

 private:
  bool on_device_;
};

fake_allocator device_memory{true};
fake_allocator pinned{false};

struct fake_hooks final : at::PrivateUse1HooksInterface {
  bool isBuilt() const override { return true; }
  bool isAvailable() const override { return true; }
  bool hasPrimaryContext(c10::DeviceIndex) const override { return true; }
  bool isPinnedPtr(const void*) const override { return false; }
  c10::Allocator* getPinnedMemoryAllocator() const override { return &pinned; }
};

} // namespace

fake_accelerator::fake_accelerator() {
  // LibTorch keeps both until the process ends
  static fake_guard guard;
  static fake_hooks hooks;
  c10::register_privateuse1_backend("fake");
  c10::impl::registerDeviceGuard(fake_type, &guard);
  at::RegisterPrivateUse1HooksInterface(&hooks);
  c10::SetAllocator(fake_type, &device_memory);
}

fake_accelerator& fake_accelerator::instance() {
  static fake_accelerator accelerator;
  return accelerator;
}

void fake_accelerator::reset() {
  const std::lock_guard lock(mutex_);
  queues_.clear();
  log_.clear();
  last_stream_ = 0;
  broken_ = false;
  exhausted_ = false;
}

std::vector<std::string> fake_accelerator::log() const {
  const std::lock_guard lock(mutex_);
  return log_;
}

std::size_t fake_accelerator::pending(c10::StreamId stream) const {
  const std::lock_guard lock(mutex_);
  const auto found = queues_.find(stream);
  return found == queues_.end() ? 0 : found->second.work.size();
}

void fake_accelerator::break_down() { broken_ = true; }
void fake_accelerator::exhaust_memory() { exhausted_ = true; }
std::int64_t fake_accelerator::out_of_memory_count() const { return out_of_memory_; }
void fake_accelerator::count_out_of_memory() { ++out_of_memory_; }
bool fake_accelerator::broken() const { return broken_; }
bool fake_accelerator::exhausted() const { return exhausted_; }

void fake_accelerator::note(std::string entry) {
  const std::lock_guard lock(mutex_);
  log_.push_back(std::move(entry));
}

void fake_accelerator::enqueue(c10::StreamId stream, std::function<void()> work) {
  const std::lock_guard lock(mutex_);
  queues_[stream].work.push_back(std::move(work));
}

void fake_accelerator::run_until(c10::StreamId stream, std::size_t position) {
  const std::lock_guard lock(mutex_);
  auto& waiting = queues_[stream];
  while (waiting.done < position) {
    const auto work = std::move(waiting.work.front());
    waiting.work.pop_front();
    ++waiting.done;
    work();
  }
}

void fake_accelerator::run_all(c10::StreamId stream) { run_until(stream, position(stream)); }

std::size_t fake_accelerator::position(c10::StreamId stream) const {
  const std::lock_guard lock(mutex_);
  const auto found = queues_.find(stream);
  return found == queues_.end() ? 0 : found->second.done + found->second.work.size();
}

c10::StreamId fake_accelerator::new_stream() {
  const std::lock_guard lock(mutex_);
  return ++last_stream_;
}

c10::Device fake_device(c10::DeviceIndex index) {
  fake_accelerator::instance();
  return {fake_type, index};
}

c10::StreamId current_stream(c10::DeviceIndex index) {
  return current_streams.at(static_cast<std::size_t>(index));
}

} // namespace ocelli::tests
