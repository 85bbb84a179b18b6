#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <variant>

namespace ocelli::inference {

/// Kinds of image that are decoded, told by their first bytes.
enum class image_format : std::uint8_t { jpeg, png, webp, bmp };

/// What the bytes of an encoded image say about it before any pixel is decoded.
struct image_header {
  image_format format = image_format::jpeg;
  std::uint32_t width = 0;      ///< Pixels as stored, at least 1.
  std::uint32_t height = 0;     ///< Pixels as stored, at least 1.
  std::uint8_t orientation = 1; ///< EXIF orientation, 1 to 8; 1 where there is none.

  /// `width * height`.
  std::uint64_t pixels() const noexcept { return std::uint64_t{width} * height; }
};

/// A header, or why the image is refused, in words for the client.
using image_header_result = std::variant<image_header, std::string>;

/// Reads the header and checks that the file is whole: a picture that was cut off is refused with a
/// text that says `truncated`, so that no decoder fills the rest with grey. Anything but JPEG, PNG,
/// WebP and BMP is refused with `unsupported format`. Takes time linear in the size, allocates
/// nothing but the text. Thread-safe.
image_header_result read_image_header(std::span<const std::byte> bytes);

} // namespace ocelli::inference
