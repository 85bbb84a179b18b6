#pragma once

#include "inference/vision/input_spec.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace ocelli::inference {

/// Turns an encoded image into a row of a batch. Pixels come out as Pillow's
/// `Image.open(x).convert("RGB")` (or `"L"` for gray models) gives them: alpha is dropped, 16 bits
/// become the upper 8, CMYK is taken as Adobe writes it. EXIF orientation is applied, as a person
/// would expect and a camera asks for. Thread-safe.
class preprocessor {
 public:
  /// `image_pixels` is the limit for width times height (`limits.image_pixels`).
  preprocessor(const input_spec& spec, std::uint64_t image_pixels);

  /// Decodes `image`, resizes and crops it into `row` (bytes `[height, width, channels]`,
  /// `spec.row_bytes()` long). Returns why it could not, in words for the client; `row` is then
  /// undefined.
  std::optional<std::string> fill(
      std::span<const std::byte> image, std::span<std::uint8_t> row) const noexcept;

 private:
  std::optional<std::string> fill_or_throw(
      std::span<const std::byte> image, std::span<std::uint8_t> row) const;

  input_spec spec_;
  std::uint64_t image_pixels_;
};

} // namespace ocelli::inference
