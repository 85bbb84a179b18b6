#pragma once

#include <cstddef>
#include <cstdint>

namespace ocelli::inference {

/// Bytes of a picture or of a part of one, rows of interleaved channels.
struct pixel_view {
  std::uint8_t* data = nullptr;
  std::size_t width = 0;    ///< Pixels, at least 1.
  std::size_t height = 0;   ///< Pixels, at least 1.
  std::size_t channels = 0; ///< 1, 3 or 4.
  std::size_t stride = 0;   ///< Bytes from row to row, at least `width * channels`.

  std::uint8_t* row(std::size_t y) const noexcept { return data + y * stride; }
};

/// A rectangle of pixels in a picture.
struct pixel_region {
  std::size_t left = 0;
  std::size_t top = 0;
  std::size_t width = 0;
  std::size_t height = 0;

  bool operator==(const pixel_region&) const = default;
};

} // namespace ocelli::inference
