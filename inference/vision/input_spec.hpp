#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace ocelli::inference {

/// Colour order of a model's input.
enum class color_order : std::uint8_t { gray, rgb, bgr };

/// What a model wants as input. Preprocessing is torchvision's: `Resize(resize)` of the shorter
/// side (antialiased, bilinear, on bytes), `CenterCrop((height, width))`, then `(x / 255 - mean) /
/// std` per channel.
struct input_spec {
  std::uint32_t width = 224;  ///< Pixels, 1 to 4,096.
  std::uint32_t height = 224; ///< Pixels, 1 to 4,096.
  std::uint32_t resize =
      256; ///< Pixels of the shorter side before the crop, at least max(width, height).
  color_order color = color_order::rgb;
  std::array<float, 3> mean = {0, 0, 0}; ///< Per channel, on the scale 0..1; gray uses the first.
  std::array<float, 3> std = {1, 1, 1};  ///< Per channel, above 0.

  /// 1 or 3.
  std::size_t channels() const noexcept { return color == color_order::gray ? 1 : 3; }
  /// Bytes of one row of a batch: `height * width * channels`.
  std::size_t row_bytes() const noexcept { return std::size_t{height} * width * channels(); }
};

} // namespace ocelli::inference
