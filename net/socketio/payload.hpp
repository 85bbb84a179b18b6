#pragma once

#include "net/engineio/message.hpp"
#include "net/socketio/packet.hpp"
#include "net/socketio/packet_assembler.hpp"

#include <cstddef>
#include <cstdint>
#include <variant>

namespace ocelli::socketio {

/// What a client may put into the payload of a packet.
struct payload_limits {
  std::uint32_t json_depth = 64; ///< Of nested values.
  std::size_t name_bytes = 256;  ///< Of an event's name.
};

/// Checks the payload of `header`, which was decoded from `text`, against its type: an object or
/// nothing for CONNECT, nothing for DISCONNECT, an array for EVENT and ACK, with placeholders in
/// range for the binary types; the first value of an event is its name, a string or a number, and
/// not a reserved one.
std::variant<checked_packet, packet_error> check_payload(
    const packet& header, const engineio::message& text, const payload_limits& limits);

} // namespace ocelli::socketio
