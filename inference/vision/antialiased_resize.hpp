#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace ocelli::inference {

/// Bytes of a picture, rows of interleaved channels.
struct pixel_view {
  const std::uint8_t* data = nullptr;
  std::size_t width = 0;    ///< Pixels, at least 1.
  std::size_t height = 0;   ///< Pixels, at least 1.
  std::size_t channels = 0; ///< 1 or 3.
  std::size_t stride = 0;   ///< Bytes from row to row.
};

/// A window of a resized picture: the picture becomes `full_width` by `full_height`, and of that
/// only the window is made. The window lies inside. Pixels.
struct resize_window {
  std::uint64_t full_width = 0;
  std::uint64_t full_height = 0;
  std::uint64_t left = 0;
  std::uint64_t top = 0;
  std::size_t width = 0;
  std::size_t height = 0;
};

/// The window that torchvision's `Resize(shorter_side)` and `CenterCrop((height, width))` cut from
/// a picture of `picture_width` by `picture_height`; `shorter_side` is at least `width` and
/// `height`. Thread-safe.
resize_window centered_window(std::size_t picture_width, std::size_t picture_height,
    std::size_t shorter_side, std::size_t width, std::size_t height) noexcept;

/// Resizes with a triangle filter that widens with the reduction (bilinear, antialiased), to the
/// same bytes as Pillow's `Image.resize` with `BILINEAR`: columns first, then rows, each result
/// rounded to a byte. `output` takes `window.height * window.width * channels` bytes. Throws
/// `std::bad_alloc`. Thread-safe.
void antialiased_resize(
    const pixel_view& picture, const resize_window& window, std::span<std::uint8_t> output);

} // namespace ocelli::inference
