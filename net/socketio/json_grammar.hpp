#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace ocelli::socketio {

/// White space of JSON, RFC 8259 section 2.
constexpr bool is_json_space(char byte) noexcept {
  return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

/// `text` without JSON white space at both ends.
constexpr std::string_view trim(std::string_view text) noexcept {
  while (!text.empty() && is_json_space(text.front()))
    text.remove_prefix(1);
  while (!text.empty() && is_json_space(text.back()))
    text.remove_suffix(1);
  return text;
}

/// True when `text` is a number by the grammar of RFC 8259 section 6, of any size.
bool is_json_number(std::string_view text) noexcept;

/// The value of a number without sign, fraction, exponent and leading zeros; nullopt when `text` is
/// none or too big.
std::optional<std::uint32_t> whole_number(std::string_view text) noexcept;

/// True when every backslash in the content of a string begins an escape of RFC 8259 section 7.
/// Lone surrogates are allowed, as in JavaScript.
bool has_valid_escapes(std::string_view content) noexcept;

} // namespace ocelli::socketio
