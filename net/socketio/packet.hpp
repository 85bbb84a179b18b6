#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace ocelli::socketio {

/// Packet types with the digits that stand for them. Socket.IO protocol, revision 5, "Packet
/// types".
enum class packet_type : std::uint8_t {
  connect = 0,
  disconnect = 1,
  event = 2,
  ack = 3,
  connect_error = 4,
  binary_event = 5,
  binary_ack = 6
};

/// The text of a packet, taken apart or to be put together. Views into the text, or into what the
/// caller holds.
struct packet {
  packet_type type = packet_type::event;
  /// Attachments that follow; written and read with the binary types only.
  std::uint32_t attachments = 0;
  std::string_view name_space = "/";
  /// The id under which an acknowledgement is expected or given.
  std::optional<std::uint64_t> id;
  /// The JSON part, unchecked; empty when there is none.
  std::string_view payload;
};

/// Why a packet was refused; the connection is closed for each of them.
enum class packet_error : std::uint8_t {
  unknown_type,
  illegal_attachments,
  too_many_attachments,
  illegal_id,
  illegal_namespace,
  invalid_payload,
  reserved_event,
  name_too_long,
  text_while_reconstructing,
  binary_without_header,
  attachments_too_big,
  attachments_too_late,
  not_connected,
  already_connected
};

/// The reason in words, for the log.
std::string_view to_string(packet_error error) noexcept;

/// What a client may put into the text of a packet.
struct packet_limits {
  std::uint32_t attachments = 10;
  std::size_t name_bytes = 256; ///< Of the namespace.
};

/// Takes the text of a packet apart. Linear; gives up at the first limit that is passed.
std::variant<packet, packet_error> decode_packet(
    std::string_view text, const packet_limits& limits);

/// The text of a packet; its payload is `header.payload` followed by `more`.
std::string encode_packet(const packet& header, std::initializer_list<std::string_view> more = {});

/// True for names that no event may have, in either direction, since the reference's objects use
/// them themselves.
bool is_reserved_event(std::string_view name) noexcept;

} // namespace ocelli::socketio
