#include "net/socketio/json_grammar.hpp"

#include <charconv>
#include <cstddef>
#include <system_error>

namespace ocelli::socketio {

namespace {

constexpr bool is_digit(char byte) noexcept { return byte >= '0' && byte <= '9'; }

constexpr bool is_hexadecimal(char byte) noexcept {
  return is_digit(byte) || (byte >= 'a' && byte <= 'f') || (byte >= 'A' && byte <= 'F');
}

/// Removes the digits in front; false when there are none.
bool skip_digits(std::string_view& text) noexcept {
  std::size_t count = 0;
  while (count < text.size() && is_digit(text[count]))
    ++count;
  text.remove_prefix(count);
  return count != 0;
}

/// Bytes of the escape with which `text` begins; 0 when it is none.
std::size_t escape_length(std::string_view text) noexcept {
  constexpr std::string_view simple = "\"\\/bfnrt";
  if (text.size() < 2)
    return 0;
  if (simple.find(text[1]) != std::string_view::npos)
    return 2;
  if (text[1] != 'u' || text.size() < 6)
    return 0;
  for (const char digit : text.substr(2, 4)) {
    if (!is_hexadecimal(digit))
      return 0;
  }
  return 6;
}

} // namespace

bool is_json_number(std::string_view text) noexcept {
  if (text.starts_with('-'))
    text.remove_prefix(1);
  if (text.starts_with('0'))
    text.remove_prefix(1);
  else if (!skip_digits(text))
    return false;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    if (!skip_digits(text))
      return false;
  }
  if (text.starts_with('e') || text.starts_with('E')) {
    text.remove_prefix(1);
    if (text.starts_with('+') || text.starts_with('-'))
      text.remove_prefix(1);
    if (!skip_digits(text))
      return false;
  }
  return text.empty();
}

std::optional<std::uint32_t> whole_number(std::string_view text) noexcept {
  std::uint32_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end || (text.size() > 1 && text.front() == '0'))
    return std::nullopt;
  return number;
}

bool has_valid_escapes(std::string_view content) noexcept {
  for (auto at = content.find('\\'); at != std::string_view::npos; at = content.find('\\')) {
    content.remove_prefix(at);
    const auto length = escape_length(content);
    if (length == 0)
      return false;
    content.remove_prefix(length);
  }
  return true;
}

} // namespace ocelli::socketio
