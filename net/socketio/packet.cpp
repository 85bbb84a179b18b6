#include "net/socketio/packet.hpp"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <limits>
#include <system_error>

namespace ocelli::socketio {

namespace {

constexpr bool is_digit(char byte) noexcept { return byte >= '0' && byte <= '9'; }

constexpr bool is_binary(packet_type type) noexcept {
  return type == packet_type::binary_event || type == packet_type::binary_ack;
}

/// Removes the number in front of `text`. nullopt when there is none or when it does not fit;
/// however many digits there are, no more are looked at than the biggest number has.
template <class Number>
std::optional<Number> take_number(std::string_view& text) {
  constexpr std::size_t most_digits = std::numeric_limits<Number>::digits10 + 1;
  Number number = 0;
  const auto digits = text.substr(0, most_digits + 1);
  const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc() || stop - digits.data() > static_cast<std::ptrdiff_t>(most_digits))
    return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(stop - text.data()));
  return number;
}

/// Reads `N-`.
std::optional<packet_error> take_attachments(
    std::string_view& text, packet& result, std::uint32_t most) {
  const auto number = take_number<std::uint32_t>(text);
  if (!number || *number == 0 || !text.starts_with('-'))
    return packet_error::illegal_attachments;
  if (*number > most)
    return packet_error::too_many_attachments;
  text.remove_prefix(1);
  result.attachments = *number;
  return std::nullopt;
}

/// Reads `/name,` or, when nothing follows, `/name`.
std::optional<packet_error> take_namespace(
    std::string_view& text, packet& result, std::size_t most) {
  const auto name = text.substr(0, most + 1);
  const auto length = std::min(name.find(','), name.size());
  if (length > most)
    return packet_error::name_too_long;
  result.name_space = name.substr(0, length);
  if (!simdjson::validate_utf8(result.name_space.data(), length))
    return packet_error::illegal_namespace;
  text.remove_prefix(std::min(length + 1, text.size()));
  return std::nullopt;
}

} // namespace

std::string_view to_string(packet_error error) noexcept {
  switch (error) {
  case packet_error::unknown_type:
    return "unknown packet type";
  case packet_error::illegal_attachments:
    return "illegal number of attachments";
  case packet_error::too_many_attachments:
    return "too many attachments";
  case packet_error::illegal_id:
    return "illegal acknowledgement id";
  case packet_error::illegal_namespace:
    return "illegal namespace";
  case packet_error::invalid_payload:
    return "invalid payload";
  case packet_error::reserved_event:
    return "reserved event name";
  case packet_error::name_too_long:
    return "namespace or event name too long";
  case packet_error::text_while_reconstructing:
    return "text instead of an attachment";
  case packet_error::binary_without_header:
    return "attachment without a packet";
  case packet_error::attachments_too_big:
    return "attachments together over the limit message_bytes";
  case packet_error::attachments_too_late:
    return "attachments did not arrive in time";
  case packet_error::not_connected:
    return "packet for a namespace that was not joined";
  case packet_error::already_connected:
    return "second connect to a namespace";
  }
  return "unknown";
}

std::variant<packet, packet_error> decode_packet(
    std::string_view text, const packet_limits& limits) {
  if (text.empty() || text.front() < '0' || text.front() > '6')
    return packet_error::unknown_type;
  packet result;
  result.type = static_cast<packet_type>(text.front() - '0');
  text.remove_prefix(1);
  if (is_binary(result.type)) {
    if (const auto error = take_attachments(text, result, limits.attachments))
      return *error;
  }
  if (text.starts_with('/')) {
    if (const auto error = take_namespace(text, result, limits.name_bytes))
      return *error;
  }
  if (!text.empty() && is_digit(text.front())) {
    result.id = take_number<std::uint64_t>(text);
    if (!result.id)
      return packet_error::illegal_id;
  }
  result.payload = text;
  return result;
}

std::string encode_packet(const packet& header, std::initializer_list<std::string_view> more) {
  constexpr std::size_t most_header_bytes = 40;
  std::size_t size = most_header_bytes + header.name_space.size() + header.payload.size();
  for (const auto part : more)
    size += part.size();
  std::string text;
  text.reserve(size);
  text += static_cast<char>('0' + static_cast<int>(header.type));
  if (is_binary(header.type)) {
    text += std::to_string(header.attachments);
    text += '-';
  }
  if (header.name_space != "/") {
    text += header.name_space;
    text += ',';
  }
  if (header.id)
    text += std::to_string(*header.id);
  text += header.payload;
  for (const auto part : more)
    text += part;
  return text;
}

bool is_reserved_event(std::string_view name) noexcept {
  constexpr std::array<std::string_view, 6> reserved = {
      "connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"};
  return std::find(reserved.begin(), reserved.end(), name) != reserved.end();
}

} // namespace ocelli::socketio
