#include "inference/vision/exif_orientation.hpp"

namespace ocelli::inference {

std::uint8_t read_exif_orientation(byte_view tiff) noexcept {
  const bool little = tiff.is(0, "II");
  if (!tiff.has(0, 8) || (!little && !tiff.is(0, "MM"))) {
    return 1;
  }
  const auto u16 = [&](std::size_t offset) {
    return little ? tiff.le16(offset) : tiff.be16(offset);
  };
  const auto u32 = [&](std::size_t offset) {
    return little ? tiff.le32(offset) : tiff.be32(offset);
  };
  if (u16(2) != 42) {
    return 1;
  }
  const std::size_t directory = u32(4);
  if (!tiff.has(directory, 2)) {
    return 1;
  }
  const std::size_t entries = u16(directory);
  constexpr std::size_t entry_bytes = 12;
  constexpr std::uint32_t tag_orientation = 274;
  constexpr std::uint32_t type_short = 3;
  for (std::size_t i = 0; i < entries; ++i) {
    const std::size_t entry = directory + 2 + i * entry_bytes;
    if (!tiff.has(entry, entry_bytes)) {
      return 1;
    }
    if (u16(entry) != tag_orientation) {
      continue;
    }
    const std::uint32_t value = u16(entry + 8);
    const bool valid =
        u16(entry + 2) == type_short && u32(entry + 4) == 1 && value >= 1 && value <= 8;
    return valid ? static_cast<std::uint8_t>(value) : 1;
  }
  return 1;
}

} // namespace ocelli::inference
