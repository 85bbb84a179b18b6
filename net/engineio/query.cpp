#include "net/engineio/query.hpp"

#include <algorithm>

namespace ocelli::engineio {
namespace {

int hex_digit(char c) noexcept {
  if (c >= '0' && c <= '9')
    return c - '0';
  if (c >= 'a' && c <= 'f')
    return c - 'a' + 10;
  if (c >= 'A' && c <= 'F')
    return c - 'A' + 10;
  return -1;
}

std::string decode(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+') {
      decoded += ' ';
      continue;
    }
    int high = text[i] == '%' && i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    int low = high >= 0 ? hex_digit(text[i + 2]) : -1;
    if (low < 0) {
      decoded += text[i];
      continue;
    }
    decoded += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return decoded;
}

} // namespace

std::optional<query_parameters> query_parameters::parse(std::string_view query) {
  query_parameters parsed;
  while (!query.empty()) {
    auto end = query.find('&');
    auto part = query.substr(0, end);
    query.remove_prefix(end == std::string_view::npos ? query.size() : end + 1);
    if (part.empty())
      continue;
    if (parsed.entries_.size() == max_parameters)
      return std::nullopt;
    auto equals = part.find('=');
    auto value = equals == std::string_view::npos ? std::string_view() : part.substr(equals + 1);
    parsed.entries_.emplace_back(decode(part.substr(0, equals)), decode(value));
  }
  return parsed;
}

bool query_parameters::contains(std::string_view name) const noexcept {
  return std::any_of(entries_.begin(), entries_.end(),
      [name](const auto& entry) { return entry.first == name && !entry.second.empty(); });
}

std::optional<std::string_view> query_parameters::unique(std::string_view name) const noexcept {
  std::optional<std::string_view> found;
  for (const auto& [key, value] : entries_) {
    if (key != name)
      continue;
    if (found)
      return std::nullopt;
    found = value;
  }
  return found;
}

} // namespace ocelli::engineio
