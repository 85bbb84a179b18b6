#include "inference/vision/antialiased_resizer.hpp"

#include <cassert>
#include <cstring>

namespace ocelli::inference {

pixel_region antialiased_resizer::prepare(const resize_axis& columns, const resize_axis& rows) {
  columns_.prepare(columns);
  rows_.prepare(rows);
  return {.left = columns_.begin(),
      .top = rows_.begin(),
      .width = columns_.end() - columns_.begin(),
      .height = rows_.end() - rows_.begin()};
}

void antialiased_resizer::resize(const pixel_view& part, std::span<std::uint8_t> output) {
  const std::size_t row_bytes = columns_.places() * part.channels;
  assert(part.width == columns_.end() - columns_.begin());
  assert(part.height == rows_.end() - rows_.begin());
  assert(output.size() == rows_.places() * row_bytes);
  const std::size_t stride = resize_kernels::narrowed_stride(row_bytes);
  const bool copied = columns_.copies() && rows_.copies();
  std::uint8_t* const narrowed = copied ? output.data() : narrowed_.take(part.height * stride);
  if (columns_.copies()) {
    for (std::size_t y = 0; y < part.height; ++y) {
      std::memcpy(narrowed + y * (copied ? row_bytes : stride), part.row(y), row_bytes);
    }
  } else {
    kernels_->columns(part, columns_, narrowed, stride);
  }
  if (!copied) {
    kernels_->rows(narrowed, stride, row_bytes, rows_, output.data());
  }
}

void antialiased_resizer::trim(std::size_t kept) noexcept {
  columns_.trim(kept);
  rows_.trim(kept);
  narrowed_.trim(kept);
}

} // namespace ocelli::inference
