#pragma once

#include <cstddef>
#include <cstdint>

namespace ocelli::inference {

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

} // namespace ocelli::inference
