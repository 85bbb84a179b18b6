#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

namespace ocelli::engineio {

/// Received bytes that can be shared: constant, and followed by `message::padding` readable bytes,
/// all zero.
struct received_bytes {
  std::string_view data;
  std::shared_ptr<const void> owner;
  std::chrono::steady_clock::time_point begun; ///< When the first of them had arrived.
};

/// Collects one message. Memory grows with what has arrived, not with what a length field promises.
/// Not thread-safe.
class receive_buffer {
 public:
  /// Taken at first: small, since every idle connection waits with one.
  static constexpr std::size_t initial_capacity = 256;
  /// A promised length is believed up to this; beyond it memory grows in proportion to what has
  /// arrived.
  static constexpr std::size_t trusted_bytes = 64 * 1024;

  receive_buffer() = default;
  receive_buffer(const receive_buffer&) = delete;
  receive_buffer& operator=(const receive_buffer&) = delete;
  ~receive_buffer();

  /// Space to read into, at least one byte; `expected` is how many bytes are known to follow, 0
  /// when unknown.
  std::span<std::byte> prepare(std::size_t expected);
  /// Space of at least `size` bytes, for a length that needs no trust.
  std::span<std::byte> reserve(std::size_t size);
  /// `size` bytes of the space were filled.
  void commit(std::size_t size) noexcept { size_ += size; }
  std::size_t size() const noexcept { return size_; }
  /// Hands the bytes over without copying them; the buffer is empty afterwards. `begun` is left to
  /// the caller.
  received_bytes release();
  /// Forgets the bytes, and gives back memory beyond the initial capacity.
  void clear() noexcept;

 private:
  void resize(std::size_t capacity);

  std::byte* bytes_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0; ///< Without the padding.
};

} // namespace ocelli::engineio
