#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

namespace ocelli::inference {

/// Memory that one thread uses again and again for pixels. A copy has memory of its own, none at
/// first.
class scratch_memory {
 public:
  scratch_memory() = default;
  scratch_memory(const scratch_memory&) noexcept {}
  scratch_memory& operator=(const scratch_memory&) = delete;

  /// At least `bytes` bytes of arbitrary content, valid until the next call. Throws
  /// `std::bad_alloc`.
  std::uint8_t* take(std::size_t bytes) {
    if (capacity_ < bytes) {
      release();
      memory_ = std::make_unique_for_overwrite<std::uint8_t[]>(bytes);
      capacity_ = bytes;
    }
    return memory_.get();
  }

  /// Gives the memory back when it is more than `kept` bytes.
  void trim(std::size_t kept) noexcept {
    if (capacity_ > kept) {
      release();
    }
  }

  /// Bytes that are held.
  std::size_t capacity() const noexcept { return capacity_; }

 private:
  void release() noexcept {
    memory_.reset();
    capacity_ = 0;
  }

  std::unique_ptr<std::uint8_t[]> memory_;
  std::size_t capacity_ = 0;
};

} // namespace ocelli::inference
