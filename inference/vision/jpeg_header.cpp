#include "inference/vision/jpeg_header.hpp"

#include "inference/vision/exif_orientation.hpp"

#include <cstring>

namespace ocelli::inference {

namespace {

constexpr std::uint32_t maximum_scans = 100;

const char* const truncated = "image file is truncated (JPEG without its end)";

bool is_frame_header(std::uint8_t marker) {
  return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
}

/// Baseline, extended and progressive, with Huffman or arithmetic coding: what libjpeg decodes.
bool is_decodable(std::uint8_t frame_header) {
  return frame_header <= 0xC2 || frame_header == 0xC9 || frame_header == 0xCA;
}

bool stands_alone(std::uint8_t marker) {
  return marker == 0x01 || (marker >= 0xD0 && marker <= 0xD8);
}

/// Offset of the byte after the next 0xFF at or after `offset`, or the size where there is none.
std::size_t after_next_ff(byte_view file, std::size_t offset) {
  const auto rest = file.from(offset);
  const void* found = rest.empty() ? nullptr : std::memchr(rest.data(), 0xFF, rest.size());
  if (found == nullptr) {
    return file.size();
  }
  return offset + static_cast<std::size_t>(static_cast<const std::byte*>(found) - rest.data()) + 1;
}

/// Offset of the code of the next marker at or after `offset`: stuffed zeros, fill bytes and
/// whatever lies between are skipped, as libjpeg skips them; the size where there is none.
std::size_t next_marker(byte_view file, std::size_t offset) {
  while (true) {
    offset = after_next_ff(file, offset);
    while (offset < file.size() && file.u8(offset) == 0xFF) {
      ++offset;
    }
    if (offset >= file.size() || file.u8(offset) != 0x00) {
      return offset;
    }
  }
}

/// As `next_marker`, past the restart markers inside the compressed data of a scan.
std::size_t end_of_scan(byte_view file, std::size_t offset) {
  while (true) {
    offset = next_marker(file, offset);
    if (offset >= file.size() || file.u8(offset) < 0xD0 || file.u8(offset) > 0xD7) {
      return offset;
    }
  }
}

} // namespace

image_header_result read_jpeg_header(byte_view file) {
  image_header header{.format = image_format::jpeg};
  std::uint32_t scans = 0;
  bool has_orientation = false;
  std::size_t offset = next_marker(file, 2);
  while (offset < file.size()) {
    const std::uint8_t marker = file.u8(offset);
    ++offset;
    if (marker == 0xD9) {
      if (header.width == 0 || scans == 0) {
        return "broken JPEG: no picture before its end";
      }
      return header;
    }
    if (stands_alone(marker)) {
      offset = next_marker(file, offset);
      continue;
    }
    if (!file.has(offset, 2)) {
      return truncated;
    }
    const std::size_t length = file.be16(offset);
    if (length < 2) {
      return "broken JPEG: a segment is too short";
    }
    if (!file.has(offset, length)) {
      return truncated;
    }
    const byte_view segment = file.part(offset + 2, length - 2);
    offset += length;
    if (is_frame_header(marker)) {
      if (!is_decodable(marker)) {
        return "unsupported kind of JPEG";
      }
      if (header.width != 0 || segment.size() < 6) {
        return "broken JPEG: wrong frame header";
      }
      header.height = segment.be16(1);
      header.width = segment.be16(3);
      if (header.width == 0 || header.height == 0) {
        return "broken JPEG: width or height is 0";
      }
    } else if (marker == 0xE1 && !has_orientation &&
               segment.is(0, std::string_view("Exif\0\0", 6))) {
      has_orientation = true;
      header.orientation = read_exif_orientation(segment.part(6, segment.size() - 6));
    } else if (marker == 0xDA) {
      if (header.width == 0) {
        return "broken JPEG: no frame header before the picture";
      }
      if (++scans > maximum_scans) {
        return "JPEG has too many scans";
      }
      offset = end_of_scan(file, offset);
      continue;
    }
    offset = next_marker(file, offset);
  }
  return truncated;
}

} // namespace ocelli::inference
