#pragma once

#include "inference/vision/input_spec.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <utility>

namespace ocelli::inference {

/// The input of one batch: bytes `[capacity, height, width, channels]`, resized and cropped, not
/// yet normalised. Different rows may be written from different threads at once; everything else is
/// for one thread at a time.
class batch_buffer {
 public:
  /// Makes memory of so many bytes, of any content; throws `std::bad_alloc` or another
  /// `std::exception`. Thread-safe.
  using memory_source = std::function<std::shared_ptr<std::uint8_t[]>(std::size_t bytes)>;

  /// Ordinary memory.
  static std::shared_ptr<std::uint8_t[]> ordinary_memory(std::size_t bytes) {
    return std::make_shared<std::uint8_t[]>(bytes);
  }

  batch_buffer(
      const input_spec& spec, std::size_t capacity, const memory_source& memory = &ordinary_memory)
      : row_bytes_(spec.row_bytes()), capacity_(capacity), data_(memory(row_bytes_ * capacity)) {}

  std::size_t capacity() const noexcept { return capacity_; }
  std::size_t row_bytes() const noexcept { return row_bytes_; }
  std::span<std::uint8_t> row(std::size_t index) {
    return {data_.get() + index * row_bytes_, row_bytes_};
  }
  /// The first `rows` rows, contiguous.
  std::span<const std::uint8_t> rows(std::size_t rows) const {
    return {data_.get(), rows * row_bytes_};
  }
  /// The rows `first` to `first + count - 1`, which are there, as a buffer that shares their
  /// memory.
  batch_buffer part(std::size_t first, std::size_t count) const {
    return {row_bytes_, count, {data_, data_.get() + first * row_bytes_}};
  }

 private:
  batch_buffer(
      std::size_t row_bytes, std::size_t capacity, std::shared_ptr<std::uint8_t[]> data) noexcept
      : row_bytes_(row_bytes), capacity_(capacity), data_(std::move(data)) {}

  std::size_t row_bytes_;
  std::size_t capacity_;
  std::shared_ptr<std::uint8_t[]> data_;
};

} // namespace ocelli::inference
