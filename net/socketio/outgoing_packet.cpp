#include "net/socketio/outgoing_packet.hpp"

#include "net/socketio/json.hpp"
#include "net/socketio/packet.hpp"

#include <initializer_list>
#include <iterator>
#include <memory>
#include <utility>

namespace ocelli::socketio {

namespace {

using attachment_list = std::vector<engineio::outgoing_message>;

engineio::message_group to_group(const packet& header,
    std::initializer_list<std::string_view> payload, attachment_list attachments = {}) {
  engineio::message_group group;
  group.reserve(attachments.size() + 1);
  group.push_back({false, std::make_shared<const std::string>(encode_packet(header, payload))});
  group.insert(group.end(), std::make_move_iterator(attachments.begin()),
      std::make_move_iterator(attachments.end()));
  return group;
}

packet make_header(packet_type type, std::string_view name_space) {
  packet header;
  header.type = type;
  header.name_space = name_space;
  return header;
}

packet make_header(packet_type plain, packet_type binary, std::string_view name_space,
    const attachment_list& attachments) {
  auto header = make_header(attachments.empty() ? plain : binary, name_space);
  header.attachments = static_cast<std::uint32_t>(attachments.size());
  return header;
}

} // namespace

engineio::message_group encode_event(
    const outgoing_event& event, attachment_list attachments, std::string_view offset) {
  auto header =
      make_header(packet_type::event, packet_type::binary_event, event.name_space, attachments);
  header.id = event.id;
  const auto name = json_string(event.name);
  const auto comma = std::string_view(event.arguments.empty() ? "" : ",");
  if (offset.empty())
    return to_group(header, {"[", name, comma, event.arguments, "]"}, std::move(attachments));
  return to_group(header, {"[", name, comma, event.arguments, R"(,")", offset, R"("])"},
      std::move(attachments));
}

engineio::message_group encode_acknowledgement(std::string_view name_space, std::uint64_t id,
    std::string_view arguments, attachment_list attachments) {
  auto header = make_header(packet_type::ack, packet_type::binary_ack, name_space, attachments);
  header.id = id;
  return to_group(header, {"[", arguments, "]"}, std::move(attachments));
}

engineio::message_group encode_connect(
    std::string_view name_space, std::string_view sid, std::string_view pid) {
  const auto header = make_header(packet_type::connect, name_space);
  if (pid.empty())
    return to_group(header, {R"({"sid":")", sid, R"("})"});
  return to_group(header, {R"({"sid":")", sid, R"(","pid":")", pid, R"("})"});
}

engineio::message_group encode_connect_error(
    std::string_view name_space, std::string_view message, std::string_view data) {
  const auto header = make_header(packet_type::connect_error, name_space);
  const auto text = json_string(message);
  if (data.empty())
    return to_group(header, {R"({"message":)", text, "}"});
  return to_group(header, {R"({"message":)", text, R"(,"data":)", data, "}"});
}

engineio::message_group encode_disconnect(std::string_view name_space) {
  return to_group(make_header(packet_type::disconnect, name_space), {});
}

} // namespace ocelli::socketio
