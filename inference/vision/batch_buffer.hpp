#pragma once

#include "inference/vision/input_spec.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace ocelli::inference {

/// The input of one batch: bytes `[capacity, height, width, channels]`, resized and cropped, not
/// yet normalised. Different rows may be written from different threads at once; everything else is
/// for one thread at a time.
class batch_buffer {
 public:
  batch_buffer(const input_spec& spec, std::size_t capacity)
      : batch_buffer(spec.row_bytes(), capacity) {}

  std::size_t capacity() const noexcept { return capacity_; }
  std::size_t row_bytes() const noexcept { return row_bytes_; }
  std::span<std::uint8_t> row(std::size_t index) {
    return std::span(data_).subspan(index * row_bytes_, row_bytes_);
  }
  /// The first `rows` rows, contiguous.
  std::span<const std::uint8_t> rows(std::size_t rows) const {
    return std::span(data_).first(rows * row_bytes_);
  }
  /// A buffer of its own with the rows `first` to `first + count - 1`, which are there.
  batch_buffer copy(std::size_t first, std::size_t count) const {
    batch_buffer part(row_bytes_, count);
    std::copy_n(data_.data() + first * row_bytes_, count * row_bytes_, part.data_.data());
    return part;
  }

 private:
  batch_buffer(std::size_t row_bytes, std::size_t capacity)
      : row_bytes_(row_bytes), capacity_(capacity), data_(row_bytes * capacity) {}

  std::size_t row_bytes_;
  std::size_t capacity_;
  std::vector<std::uint8_t> data_;
};

} // namespace ocelli::inference
