#include "net/service/image_text.hpp"

#include "net/engineio/base64.hpp"

#include <algorithm>
#include <optional>

namespace ocelli::net {

namespace {

constexpr std::string_view scheme = "data:";
constexpr std::string_view white_space = " \t\r\n";

char to_lower(char letter) noexcept {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

bool is_data_url(std::string_view text) noexcept {
  return text.size() >= scheme.size() &&
         std::equal(scheme.begin(), scheme.end(), text.begin(),
             [](char wanted, char found) { return wanted == to_lower(found); });
}

std::optional<int> hexadecimal(char digit) noexcept {
  if (digit >= '0' && digit <= '9')
    return digit - '0';
  auto letter = to_lower(digit);
  if (letter >= 'a' && letter <= 'f')
    return letter - 'a' + 10;
  return std::nullopt;
}

/// RFC 3986, section 2.1; what is not a valid escape stays as it is.
std::string percent_decoded(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      auto high = hexadecimal(text[i + 1]);
      auto low = hexadecimal(text[i + 2]);
      if (high && low) {
        result += static_cast<char>(*high * 16 + *low);
        i += 2;
        continue;
      }
    }
    result += text[i];
  }
  return result;
}

} // namespace

image_text find_image_text(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(white_space), text.size()));
  if (is_data_url(text)) {
    auto comma = text.find(',');
    if (comma == std::string_view::npos)
      return {{}, "data URL without a comma"};
    text.remove_prefix(comma + 1);
  }
  if (text.empty())
    return {{}, "empty image"};
  return {text, {}};
}

std::size_t decoded_bound(std::string_view encoded) noexcept {
  return engineio::base64_decoded_bound(encoded.size());
}

std::variant<inference::image_bytes, std::string> decode_image_text(
    std::string_view encoded, buffer_pool& pool) {
  auto buffer = pool.take(decoded_bound(encoded));
  // what is plain base64, as nearly every frame is, is decoded at the speed of memory and never
  // copied
  auto size = engineio::base64_decode(encoded, buffer.bytes.data());
  if (!size && encoded.find('%') != std::string_view::npos)
    size = engineio::base64_decode_forgiving(percent_decoded(encoded), buffer.bytes.data());
  else if (!size)
    size = engineio::base64_decode_forgiving(encoded, buffer.bytes.data());
  if (!size)
    return "not base64";
  if (*size == 0)
    return "empty image";
  return inference::image_bytes{buffer.bytes.first(*size), std::move(buffer.owner)};
}

} // namespace ocelli::net
