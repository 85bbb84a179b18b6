#include "net/socketio/payload.hpp"

#include "net/socketio/json.hpp"
#include "net/socketio/json_validator.hpp"

#include <optional>
#include <string>
#include <utility>

namespace ocelli::socketio {

namespace {

using result = std::variant<checked_packet, packet_error>;

/// What the views of an event refer to when its name had to be resolved.
struct event_text {
  std::shared_ptr<const void> message;
  std::string name;
};

json_validator::rules rules_for(const packet& header, const payload_limits& limits) {
  json_validator::rules rules;
  rules.depth = limits.json_depth;
  if (header.type == packet_type::binary_event || header.type == packet_type::binary_ack)
    rules.attachments = header.attachments;
  return rules;
}

/// Sets the name from the JSON text of the first value. A number stands for itself, as in the
/// reference.
std::optional<packet_error> set_name(
    checked_packet& packet, std::string_view raw, std::size_t most_bytes) {
  switch (raw.empty() ? json_kind::null : kind_of(raw)) {
  case json_kind::number:
    packet.name = raw;
    break;
  case json_kind::string: {
    std::string storage;
    packet.name = resolve_string(raw, storage).value_or(std::string_view());
    if (storage.empty())
      break;
    auto text = std::make_shared<event_text>();
    text->message = std::move(packet.owner);
    text->name = std::move(storage);
    packet.name = text->name;
    packet.owner = std::move(text);
    break;
  }
  default:
    return packet_error::invalid_payload;
  }
  if (packet.name.size() > most_bytes)
    return packet_error::name_too_long;
  if (is_reserved_event(packet.name))
    return packet_error::reserved_event;
  return std::nullopt;
}

result check_event(checked_packet packet, const payload_limits& limits) {
  const auto parts = json_validator::of_this_thread().check_array(
      packet.header.payload, rules_for(packet.header, limits));
  if (!parts)
    return packet_error::invalid_payload;
  if (const auto error = set_name(packet, parts->first, limits.name_bytes))
    return *error;
  packet.arguments = parts->rest;
  return packet;
}

result check_ack(checked_packet packet, const payload_limits& limits) {
  if (!packet.header.id)
    return packet_error::illegal_id;
  const auto parts = json_validator::of_this_thread().check_array(
      packet.header.payload, rules_for(packet.header, limits));
  if (!parts)
    return packet_error::invalid_payload;
  packet.arguments = parts->all;
  return packet;
}

bool is_object_or_empty(const packet& header, const payload_limits& limits) {
  return header.payload.empty() ||
         json_validator::of_this_thread().check_object(header.payload, rules_for(header, limits));
}

} // namespace

result check_payload(
    const packet& header, const engineio::message& text, const payload_limits& limits) {
  checked_packet packet;
  packet.header = header;
  packet.owner = text.owner;
  packet.begun = text.begun;
  switch (header.type) {
  case packet_type::event:
  case packet_type::binary_event:
    return check_event(std::move(packet), limits);
  case packet_type::ack:
  case packet_type::binary_ack:
    return check_ack(std::move(packet), limits);
  case packet_type::connect:
    if (!is_object_or_empty(header, limits))
      return packet_error::invalid_payload;
    return packet;
  case packet_type::disconnect:
    if (!header.payload.empty())
      return packet_error::invalid_payload;
    return packet;
  case packet_type::connect_error:
    return packet;
  }
  return packet_error::unknown_type;
}

} // namespace ocelli::socketio
