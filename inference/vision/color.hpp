#pragma once

#include "inference/vision/pixels.hpp"

#include <cstddef>
#include <cstdint>

namespace ocelli::inference {

/// The luma of ITU-R BT.601 with the integer weights of Pillow's mode "L".
constexpr std::uint8_t luma(std::uint8_t red, std::uint8_t green, std::uint8_t blue) noexcept {
  return static_cast<std::uint8_t>((red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16);
}

/// Makes three channels one, in place: the channels `red`, 1 and `2 - red` become their luma. Every
/// row stays where it begins.
inline void make_gray(pixel_view& pixels, std::size_t red) noexcept {
  for (std::size_t y = 0; y < pixels.height; ++y) {
    const std::uint8_t* pixel = pixels.row(y);
    std::uint8_t* const output = pixels.row(y);
    for (std::size_t x = 0; x < pixels.width; ++x, pixel += 3) {
      output[x] = luma(pixel[red], pixel[1], pixel[2 - red]);
    }
  }
  pixels.channels = 1;
}

} // namespace ocelli::inference
