#include "net/engineio/base64.hpp"

#include <libbase64.h>

#include <array>
#include <cstdint>

namespace ocelli::engineio {
namespace {

/// For each byte the character of the standard alphabet that it stands for, or 0.
constexpr std::array<char, 256> make_standard_alphabet() {
  std::array<char, 256> table{};
  for (char c = 'A'; c <= 'Z'; ++c)
    table[static_cast<std::uint8_t>(c)] = c;
  for (char c = 'a'; c <= 'z'; ++c)
    table[static_cast<std::uint8_t>(c)] = c;
  for (char c = '0'; c <= '9'; ++c)
    table[static_cast<std::uint8_t>(c)] = c;
  table['+'] = table['-'] = '+';
  table['/'] = table['_'] = '/';
  return table;
}

constexpr auto standard_alphabet = make_standard_alphabet();

/// What Python's decoder takes from `text`: the characters of the alphabet up to the padding that
/// ends a group.
std::string filter(std::string_view text) {
  std::string kept;
  kept.reserve(text.size() + 3);
  std::size_t padding = 0;
  for (char c : text) {
    if (c == '=') {
      if (kept.size() % 4 >= 2 && kept.size() % 4 + ++padding >= 4)
        break;
      continue;
    }
    if (char standard = standard_alphabet[static_cast<std::uint8_t>(c)]) {
      kept += standard;
      padding = 0;
    }
  }
  return kept;
}

} // namespace

std::optional<std::size_t> base64_decode(std::string_view text, std::byte* out) {
  if (text.size() % 4 != 0)
    return std::nullopt;
  std::size_t size = 0;
  if (::base64_decode(text.data(), text.size(), reinterpret_cast<char*>(out), &size, 0) != 1)
    return std::nullopt;
  return size;
}

std::optional<std::size_t> base64_decode_forgiving(std::string_view text, std::byte* out) {
  if (auto size = base64_decode(text, out))
    return size;
  auto kept = filter(text);
  if (kept.size() % 4 == 1)
    return std::nullopt;
  kept.append((4 - kept.size() % 4) % 4, '=');
  return base64_decode(kept, out);
}

std::string base64_encode(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4, '\0');
  std::size_t size = 0;
  ::base64_encode(bytes.data(), bytes.size(), text.data(), &size, 0);
  text.resize(size);
  return text;
}

} // namespace ocelli::engineio
