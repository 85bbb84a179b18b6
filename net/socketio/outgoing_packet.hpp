#pragma once

#include "net/engineio/message.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ocelli::socketio {

/// An event to be sent. Views into what the caller holds.
struct outgoing_event {
  std::string_view name_space = "/";
  std::string_view name;
  std::string_view arguments;           ///< JSON values, comma separated.
  std::optional<std::uint64_t> id = {}; ///< Under which an acknowledgement is expected.
};

/// Packet EVENT, or BINARY_EVENT with attachments, and the attachments. With `offset` the event has
/// one more argument, that string, by which a client that comes back tells what it has seen.
engineio::message_group encode_event(const outgoing_event& event,
    std::vector<engineio::outgoing_message> attachments, std::string_view offset = {});

/// Packet ACK, or BINARY_ACK with attachments, and the attachments.
engineio::message_group encode_acknowledgement(std::string_view name_space, std::uint64_t id,
    std::string_view arguments, std::vector<engineio::outgoing_message> attachments);

/// Packet CONNECT, with `pid` when there is one.
engineio::message_group encode_connect(
    std::string_view name_space, std::string_view sid, std::string_view pid);

/// Packet CONNECT_ERROR; `data` is JSON text, or empty.
engineio::message_group encode_connect_error(
    std::string_view name_space, std::string_view message, std::string_view data);

/// Packet DISCONNECT.
engineio::message_group encode_disconnect(std::string_view name_space);

} // namespace ocelli::socketio
