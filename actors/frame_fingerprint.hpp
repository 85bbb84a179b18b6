#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace ocelli::actors {

/// What tells encoded images of one client apart: their length and 128 bits of XXH3. Somebody can
/// make two images with the same fingerprint on purpose, and gets a wrong answer to one of his own.
struct frame_fingerprint {
  std::uint64_t bytes = 0;
  std::uint64_t high = 0;
  std::uint64_t low = 0;

  bool operator==(const frame_fingerprint&) const = default;
};

/// Takes the time of reading the image once. Thread-safe.
frame_fingerprint fingerprint_of(std::span<const std::byte> image) noexcept;

} // namespace ocelli::actors
