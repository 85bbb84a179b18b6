#include "net/socketio/json.hpp"

#include "net/socketio/json_grammar.hpp"

#include <simdjson.h>

#include <array>
#include <charconv>
#include <cstddef>
#include <system_error>

namespace ocelli::socketio {

namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

constexpr bool is_continuation(char byte) noexcept { return (byte & 0xC0) == 0x80; }

/// Bytes of the well-formed UTF-8 sequence (Unicode, table 3-7) with which `text` begins; 0 when
/// there is none.
std::size_t sequence_length(std::string_view text) noexcept {
  const auto lead = static_cast<unsigned char>(text[0]);
  if (lead < 0x80)
    return 1;
  std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < length)
    return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if (!is_continuation(text[i]))
      return 0;
  }
  const auto second = static_cast<unsigned char>(text[1]);
  if ((lead == 0xE0 && second < 0xA0) || (lead == 0xED && second > 0x9F) ||
      (lead == 0xF0 && second < 0x90) || (lead == 0xF4 && second > 0x8F))
    return 0;
  return length;
}

std::string with_replacements(std::string_view text) {
  std::string result;
  result.reserve(text.size() + replacement.size());
  while (!text.empty()) {
    const auto length = sequence_length(text);
    result += length == 0 ? replacement : text.substr(0, length);
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return result;
}

void append_escaped(std::string& out, char byte) {
  constexpr std::string_view digits = "0123456789abcdef";
  switch (byte) {
  case '"':
    out += "\\\"";
    return;
  case '\\':
    out += "\\\\";
    return;
  case '\n':
    out += "\\n";
    return;
  case '\r':
    out += "\\r";
    return;
  case '\t':
    out += "\\t";
    return;
  default:
    break;
  }
  if (static_cast<unsigned char>(byte) >= 0x20) {
    out += byte;
    return;
  }
  out += "\\u00";
  out += digits[static_cast<unsigned char>(byte) >> 4];
  out += digits[static_cast<unsigned char>(byte) & 0xF];
}

void append_utf8(std::string& out, std::uint32_t code_point) {
  if (code_point < 0x80) {
    out += static_cast<char>(code_point);
    return;
  }
  if (code_point < 0x800) {
    out += static_cast<char>(0xC0 | (code_point >> 6));
  } else {
    if (code_point < 0x10000) {
      out += static_cast<char>(0xE0 | (code_point >> 12));
    } else {
      out += static_cast<char>(0xF0 | (code_point >> 18));
      out += static_cast<char>(0x80 | ((code_point >> 12) & 0x3F));
    }
    out += static_cast<char>(0x80 | ((code_point >> 6) & 0x3F));
  }
  out += static_cast<char>(0x80 | (code_point & 0x3F));
}

/// The four hexadecimal digits of a valid `\uXXXX`.
std::uint32_t code_unit(std::string_view escape) noexcept {
  std::uint32_t unit = 0;
  for (const char digit : escape.substr(2, 4)) {
    const auto value = digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
    unit = unit * 16 + static_cast<std::uint32_t>(value);
  }
  return unit;
}

/// Appends what the `\u` escape in front of `text` stands for and returns its length: twelve for a
/// surrogate pair.
std::size_t append_unicode_escape(std::string& out, std::string_view text) {
  const auto first = code_unit(text);
  if (first < 0xD800 || first > 0xDFFF) {
    append_utf8(out, first);
    return 6;
  }
  if (first < 0xDC00 && text.size() >= 12 && text.substr(6, 2) == "\\u") {
    const auto second = code_unit(text.substr(6));
    if (second >= 0xDC00 && second <= 0xDFFF) {
      append_utf8(out, 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00));
      return 12;
    }
  }
  out += replacement;
  return 6;
}

char simple_escape(char letter) noexcept {
  switch (letter) {
  case 'b':
    return '\b';
  case 'f':
    return '\f';
  case 'n':
    return '\n';
  case 'r':
    return '\r';
  case 't':
    return '\t';
  default:
    return letter;
  }
}

void append_resolved(std::string& out, std::string_view content) {
  while (!content.empty()) {
    const auto plain = content.substr(0, content.find('\\'));
    out += plain;
    content.remove_prefix(plain.size());
    if (content.empty())
      return;
    if (content[1] == 'u') {
      content.remove_prefix(append_unicode_escape(out, content));
    } else {
      out += simple_escape(content[1]);
      content.remove_prefix(2);
    }
  }
}

} // namespace

json_kind kind_of(std::string_view raw) noexcept {
  switch (raw.empty() ? 'n' : raw.front()) {
  case 'n':
    return json_kind::null;
  case 't':
  case 'f':
    return json_kind::boolean;
  case '"':
    return json_kind::string;
  case '[':
    return json_kind::array;
  case '{':
    return json_kind::object;
  default:
    return json_kind::number;
  }
}

std::string json_string(std::string_view text) {
  std::string repaired;
  if (!simdjson::validate_utf8(text.data(), text.size())) {
    repaired = with_replacements(text);
    text = repaired;
  }
  std::string result;
  result.reserve(text.size() + 2);
  result += '"';
  for (const char byte : text)
    append_escaped(result, byte);
  result += '"';
  return result;
}

std::optional<std::string_view> resolve_string(std::string_view raw, std::string& storage) {
  if (raw.size() < 2 || raw.front() != '"' || raw.back() != '"')
    return std::nullopt;
  const auto content = raw.substr(1, raw.size() - 2);
  if (content.find('\\') == std::string_view::npos)
    return content;
  if (!has_valid_escapes(content))
    return std::nullopt;
  storage.clear();
  storage.reserve(content.size());
  append_resolved(storage, content);
  return storage;
}

std::optional<double> json_number(std::string_view raw) noexcept {
  double number = 0;
  if (!is_json_number(raw) ||
      std::from_chars(raw.data(), raw.data() + raw.size(), number).ec != std::errc())
    return std::nullopt;
  return number;
}

} // namespace ocelli::socketio
