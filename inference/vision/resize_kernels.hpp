#pragma once

#include "inference/vision/pixels.hpp"
#include "inference/vision/resize_weights.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace ocelli::inference {

/// The two passes of a resize, for one kind of processor. All kinds give the same bytes. Functions
/// are thread-safe.
struct resize_kernels {
  /// Bytes that a row of `narrowed` holds for a row of `bytes` bytes: rows are read and written in
  /// blocks, and what lies beyond `bytes` is arbitrary.
  static constexpr std::size_t narrowed_stride(std::size_t bytes) noexcept {
    return (bytes + 4 + 31) / 32 * 32;
  }

  std::string_view name;
  /// Resizes every row of `part`, 1 or 3 channels, whose first column is `columns.begin()`, to the
  /// places of `columns`. Nothing outside `part` is read.
  void (*columns)(const pixel_view& part, const resize_weights& columns, std::uint8_t* narrowed,
      std::size_t stride) = nullptr;
  /// Resizes rows of `row_bytes` bytes, the first of which is `rows.begin()`, to the places of
  /// `rows`, one behind the other in `output`.
  void (*rows)(const std::uint8_t* narrowed, std::size_t stride, std::size_t row_bytes,
      const resize_weights& rows, std::uint8_t* output) = nullptr;
};

/// Kernels that run on every processor.
const resize_kernels& portable_kernels() noexcept;
/// The fastest kernels that run on this processor.
const resize_kernels& fastest_kernels() noexcept;

} // namespace ocelli::inference
