#include "inference/vision/image_header.hpp"

#include "inference/vision/byte_view.hpp"
#include "inference/vision/exif_orientation.hpp"
#include "inference/vision/jpeg_header.hpp"

#include <algorithm>
#include <array>

namespace ocelli::inference {

namespace {

constexpr std::string_view png_signature("\x89PNG\r\n\x1a\n", 8);

/// Walks the chunks (PNG specification, third edition, section 5).
image_header_result read_png_header(byte_view file) {
  const char* const truncated = "image file is truncated (PNG without its end)";
  image_header header{.format = image_format::png};
  std::size_t offset = png_signature.size();
  while (file.has(offset, 8)) {
    const std::size_t length = file.be32(offset);
    const std::size_t data = offset + 8;
    constexpr std::size_t checksum = 4;
    if (header.width == 0 && (!file.is(offset + 4, "IHDR") || length != 13)) {
      return "broken PNG: no header chunk";
    }
    if (length > 0x7FFF'FFFF) {
      return "broken PNG: a chunk is too long";
    }
    if (!file.has(data, length + checksum)) {
      return truncated;
    }
    if (header.width == 0) {
      header.width = file.be32(data);
      header.height = file.be32(data + 4);
      if (header.width - 1 > 0x7FFF'FFFE || header.height - 1 > 0x7FFF'FFFE) {
        return "broken PNG: wrong width or height";
      }
    } else if (file.is(offset + 4, "eXIf")) {
      header.orientation = read_exif_orientation(file.part(data, length));
    } else if (file.is(offset + 4, "IEND")) {
      return header;
    }
    offset = data + length + checksum;
  }
  return truncated;
}

/// Width and height of a lossy picture (RFC 6386, section 9.1); false when the header is broken.
bool read_vp8_size(byte_view chunk, image_header& header) {
  if (!chunk.is(3, "\x9d\x01\x2a") || !chunk.has(0, 10)) {
    return false;
  }
  header.width = chunk.le16(6) & 0x3FFF;
  header.height = chunk.le16(8) & 0x3FFF;
  return header.width != 0 && header.height != 0;
}

/// Width and height of a lossless picture (RFC 9649, section 3.4); false when the header is broken.
bool read_vp8l_size(byte_view chunk, image_header& header) {
  if (!chunk.has(0, 5) || chunk.u8(0) != 0x2F) {
    return false;
  }
  const std::uint32_t packed = chunk.le32(1);
  header.width = (packed & 0x3FFF) + 1;
  header.height = (packed >> 14 & 0x3FFF) + 1;
  return true;
}

/// Width and height of the picture chunk `name`; false when the header is broken.
bool read_picture_size(byte_view file, std::size_t name, byte_view chunk, image_header& header) {
  return file.is(name, "VP8 ") ? read_vp8_size(chunk, header) : read_vp8l_size(chunk, header);
}

/// Walks the chunks (RFC 9649, section 2).
image_header_result read_webp_header(byte_view file) {
  const char* const truncated = "image file is truncated (WebP is shorter than it says)";
  const char* const broken = "broken WebP: wrong header";
  constexpr std::size_t riff_header = 8;
  const std::size_t riff_bytes = file.le32(4);
  if (!file.has(riff_header, riff_bytes)) {
    return truncated;
  }
  const byte_view whole = file.part(0, riff_header + riff_bytes);
  image_header header{.format = image_format::webp};
  image_header canvas;
  bool has_picture = false;
  std::size_t offset = 12;
  while (whole.has(offset, 8)) {
    const std::size_t length = whole.le32(offset + 4);
    if (!whole.has(offset + 8, length)) {
      return truncated;
    }
    const byte_view chunk = whole.part(offset + 8, length);
    if (offset == 12 && whole.is(offset, "VP8X")) {
      constexpr std::uint8_t flag_animation = 0x02;
      if (!chunk.has(0, 10)) {
        return broken;
      }
      if ((chunk.u8(0) & flag_animation) != 0) {
        return "animated WebP is not supported";
      }
      canvas.width = chunk.le24(4) + 1;
      canvas.height = chunk.le24(7) + 1;
    } else if (!has_picture && (whole.is(offset, "VP8 ") || whole.is(offset, "VP8L"))) {
      has_picture = true;
      if (!read_picture_size(whole, offset, chunk, header)) {
        return broken;
      }
    } else if (whole.is(offset, "EXIF")) {
      const bool prefixed = chunk.is(0, std::string_view("Exif\0\0", 6));
      header.orientation = read_exif_orientation(prefixed ? chunk.part(6, length - 6) : chunk);
    }
    offset += 8 + length + length % 2;
  }
  if (!has_picture) {
    return "broken WebP: no picture";
  }
  if (canvas.width != 0 && (canvas.width != header.width || canvas.height != header.height)) {
    return broken;
  }
  return header;
}

/// Reads the file header and the bitmap header behind it (OS/2 1.x and 2.x, Windows 3 to 5).
image_header_result read_bmp_header(byte_view file) {
  const char* const truncated = "image file is truncated (BMP is shorter than it says)";
  const char* const broken = "broken BMP: wrong header";
  constexpr std::size_t file_header = 14;
  if (!file.has(0, file_header + 12)) {
    return truncated;
  }
  const std::size_t pixels = file.le32(10);
  const std::uint32_t size = file.le32(file_header);
  constexpr std::array<std::uint32_t, 7> sizes = {12, 40, 52, 56, 64, 108, 124};
  if (std::find(sizes.begin(), sizes.end(), size) == sizes.end()) {
    return broken;
  }
  if (!file.has(file_header, size)) {
    return truncated;
  }
  image_header header{.format = image_format::bmp};
  std::uint32_t bits = 0;
  std::uint32_t compression = 0;
  std::size_t stored = 0;
  if (size == 12) {
    header.width = file.le16(file_header + 4);
    header.height = file.le16(file_header + 6);
    bits = file.le16(file_header + 10);
  } else {
    const std::uint32_t height = file.le32(file_header + 8);
    header.width = file.le32(file_header + 4);
    // a negative height says that the first row is the top one
    header.height = height > 0x8000'0000 ? std::uint32_t{0} - height : height;
    bits = file.le16(file_header + 14);
    compression = file.le32(file_header + 16);
    stored = file.le32(file_header + 20);
  }
  constexpr std::uint32_t largest = 0x7FFF'FFFF;
  if (header.width - 1 >= largest || header.height - 1 >= largest || bits == 0 || bits > 32) {
    return broken;
  }
  constexpr std::uint32_t uncompressed = 0;
  constexpr std::uint32_t bit_fields = 3;
  if (compression == uncompressed || compression == bit_fields) {
    const std::uint64_t row = (std::uint64_t{header.width} * bits + 31) / 32 * 4;
    // at most 2^33 bytes a row and 2^31 rows: no overflow
    stored = row * header.height;
  }
  if (!file.has(pixels, stored)) {
    return truncated;
  }
  return header;
}

} // namespace

image_header_result read_image_header(std::span<const std::byte> bytes) {
  const byte_view file(bytes);
  if (file.size() == 0) {
    return "image is empty";
  }
  if (file.is(0, "\xFF\xD8\xFF")) {
    return read_jpeg_header(file);
  }
  if (file.is(0, png_signature)) {
    return read_png_header(file);
  }
  if (file.is(0, "RIFF") && file.is(8, "WEBP")) {
    return read_webp_header(file);
  }
  if (file.is(0, "BM")) {
    return read_bmp_header(file);
  }
  return "unsupported format";
}

} // namespace ocelli::inference
