#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace ocelli::inference {

/// Reads numbers at offsets of constant bytes. Every read needs `has` to be true for its range;
/// anything else is a programmer error.
class byte_view {
 public:
  explicit byte_view(std::span<const std::byte> bytes) noexcept : bytes_(bytes) {}

  std::size_t size() const noexcept { return bytes_.size(); }
  /// True when `count` bytes from `offset` lie inside; safe for every value of both.
  bool has(std::size_t offset, std::size_t count) const noexcept {
    return offset <= bytes_.size() && count <= bytes_.size() - offset;
  }
  /// True when the bytes at `offset` are those of `text`.
  bool is(std::size_t offset, std::string_view text) const noexcept {
    if (!has(offset, text.size())) {
      return false;
    }
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (u8(offset + i) != static_cast<std::uint8_t>(text[i])) {
        return false;
      }
    }
    return true;
  }
  /// A part of the view.
  byte_view part(std::size_t offset, std::size_t count) const noexcept {
    assert(has(offset, count));
    return byte_view(bytes_.subspan(offset, count));
  }
  /// The bytes from `offset` on.
  std::span<const std::byte> from(std::size_t offset) const noexcept {
    assert(has(offset, 0));
    return bytes_.subspan(offset);
  }

  std::uint8_t u8(std::size_t offset) const noexcept {
    assert(has(offset, 1));
    return static_cast<std::uint8_t>(bytes_[offset]);
  }
  /// Big-endian, 16 bits.
  std::uint32_t be16(std::size_t offset) const noexcept {
    return u8(offset) << 8U | u8(offset + 1);
  }
  /// Big-endian, 32 bits.
  std::uint32_t be32(std::size_t offset) const noexcept {
    return be16(offset) << 16U | be16(offset + 2);
  }
  /// Little-endian, 16 bits.
  std::uint32_t le16(std::size_t offset) const noexcept {
    return u8(offset) | u8(offset + 1) << 8U;
  }
  /// Little-endian, 24 bits.
  std::uint32_t le24(std::size_t offset) const noexcept {
    return le16(offset) | static_cast<std::uint32_t>(u8(offset + 2)) << 16U;
  }
  /// Little-endian, 32 bits.
  std::uint32_t le32(std::size_t offset) const noexcept {
    return le16(offset) | le16(offset + 2) << 16U;
  }

 private:
  std::span<const std::byte> bytes_;
};

} // namespace ocelli::inference
