#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace ocelli::engineio {

/// Bytes that decoding `encoded` characters of base64 can give at most.
constexpr std::size_t base64_decoded_bound(std::size_t encoded) noexcept {
  return encoded / 4 * 3 + 3;
}

/// Decodes RFC 4648 base64, standard alphabet, padding required, nothing else allowed; SIMD. Writes
/// to `out`, which holds at least `base64_decoded_bound` bytes; returns the number of bytes, or
/// nullopt when the text is not base64.
std::optional<std::size_t> base64_decode(std::string_view text, std::byte* out);

/// Decodes as Python's `base64.b64decode` does, on which clients of Flask applications rely:
/// characters outside the alphabet (white space, line breaks) are skipped. The URL alphabet and
/// missing padding are accepted as well. nullopt when what is left is not base64.
std::optional<std::size_t> base64_decode_forgiving(std::string_view text, std::byte* out);

/// Encodes with padding.
std::string base64_encode(std::string_view bytes);

} // namespace ocelli::engineio
