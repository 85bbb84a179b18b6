#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

namespace ocelli::net {

/// Memory for decoded images that is used again, so that a busy server does not ask the system for
/// megabytes per frame. Sizes are rounded up to powers of two. Thread-safe. Buffers may outlive the
/// pool.
class buffer_pool {
 public:
  /// Writable memory; gives itself back when the last copy of `owner` is gone.
  struct buffer {
    std::span<std::byte> bytes;
    std::shared_ptr<const void> owner;
  };

  /// Keeps at most `kept_bytes` of memory that nobody uses.
  explicit buffer_pool(std::size_t kept_bytes);

  /// A buffer of at least `size` bytes with arbitrary content. Throws `std::bad_alloc`.
  buffer take(std::size_t size);

  /// Bytes that are kept and not in use.
  std::size_t kept() const;

 private:
  struct state;
  std::shared_ptr<state> state_;
};

} // namespace ocelli::net
