#pragma once

#include "inference/vision/antialiased_resizer.hpp"
#include "inference/vision/image_header.hpp"
#include "inference/vision/input_spec.hpp"
#include "inference/vision/scratch_memory.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace ocelli::inference {

/// Turns an encoded image into a row of a batch. Pixels come out as Pillow's
/// `Image.open(x).convert("RGB")` (or `"L"` for gray models) gives them: alpha is dropped, 16 bits
/// become the upper 8, CMYK is taken as Adobe writes it. EXIF orientation is applied, as a person
/// would expect and a camera asks for. A JPEG of at least four times the size that it is resized to
/// is decoded at a reduced scale (`jpeg_reduction`). Keeps memory for the next image;
/// for one thread at a time.
class preprocessor {
 public:
  /// `image_pixels` is the limit for width times height (`limits.image_pixels`).
  preprocessor(const input_spec& spec, std::uint64_t image_pixels);

  /// Decodes `image`, resizes and crops it into `row` (bytes `[height, width, channels]`,
  /// `spec.row_bytes()` long). Returns why it could not, in words for the client; `row` is then
  /// undefined.
  std::optional<std::string> fill(
      std::span<const std::byte> image, std::span<std::uint8_t> row) noexcept;

  /// Bytes of pixels and of tables, each, that are kept between two images.
  static constexpr std::size_t kept_bytes = std::size_t{16} << 20;

 private:
  std::optional<std::string> fill_or_throw(
      std::span<const std::byte> image, std::span<std::uint8_t> row);
  /// False when the image is broken.
  bool decode_and_resize(
      std::span<const std::byte> image, const image_header& header, std::span<std::uint8_t> row);

  input_spec spec_;
  std::uint64_t image_pixels_;
  antialiased_resizer resizer_;
  scratch_memory decoded_;
  scratch_memory turned_;
};

} // namespace ocelli::inference
