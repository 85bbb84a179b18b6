#include "net/engineio/receive_buffer.hpp"

#include "net/engineio/message.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>
#include <utility>

namespace ocelli::engineio {

receive_buffer::~receive_buffer() { std::free(bytes_); }

void receive_buffer::resize(std::size_t capacity) {
  // realloc moves the pages of a large block instead of copying them
  auto* bytes = static_cast<std::byte*>(std::realloc(bytes_, capacity + message::padding));
  if (bytes == nullptr)
    throw std::bad_alloc();
  bytes_ = bytes;
  capacity_ = capacity;
}

std::span<std::byte> receive_buffer::prepare(std::size_t expected) {
  auto wanted = size_ + std::max<std::size_t>(expected, 1);
  if (capacity_ < wanted) {
    auto earned = std::max(trusted_bytes, 2 * size_);
    auto minimum = std::max(initial_capacity, expected > 0 ? wanted : 2 * size_);
    resize(std::max(std::min(minimum, earned), size_ + 1));
  }
  return {bytes_ + size_, capacity_ - size_};
}

std::span<std::byte> receive_buffer::reserve(std::size_t size) {
  if (capacity_ < size_ + size)
    resize(size_ + size);
  return {bytes_ + size_, capacity_ - size_};
}

received_bytes receive_buffer::release() {
  if (bytes_ == nullptr || capacity_ > size_ + size_ / 4 + initial_capacity)
    resize(size_);
  std::memset(bytes_ + size_, 0, message::padding);
  std::string_view data(reinterpret_cast<const char*>(bytes_), size_);
  std::shared_ptr<const void> owner(
      std::exchange(bytes_, nullptr), [](void* bytes) { std::free(bytes); });
  size_ = 0;
  capacity_ = 0;
  return {data, std::move(owner), {}};
}

void receive_buffer::clear() noexcept {
  size_ = 0;
  if (capacity_ <= initial_capacity)
    return;
  std::free(std::exchange(bytes_, nullptr));
  capacity_ = 0;
}

} // namespace ocelli::engineio
