#pragma once

#include "net/engineio/message.hpp"
#include "net/engineio/options.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ocelli::engineio {

/// The packet types of Engine.IO protocol, revision 4; the value is the digit on the wire.
enum class packet_type : std::uint8_t { open, close, ping, pong, message, upgrade, noop };

/// The first character of an encoded packet.
constexpr char to_char(packet_type type) noexcept {
  return static_cast<char>('0' + static_cast<char>(type));
}

/// A decoded packet, a view into what was received.
struct packet {
  packet_type type = packet_type::noop;
  /// What follows the type; for `base64` still encoded.
  std::string_view data;
  /// A binary message as polling carries it.
  bool base64 = false;
};

/// Decodes the text of a WebSocket message; nullopt when it begins with no packet type.
std::optional<packet> decode_packet(std::string_view text) noexcept;

/// Decodes one packet of a polling payload, where a binary message is `b` and its base64.
std::optional<packet> decode_polling_packet(std::string_view text) noexcept;

/// Walks over the packets of a polling payload, which the record separator U+001E divides. Linear,
/// copies nothing.
class payload_reader {
 public:
  explicit payload_reader(std::string_view payload) noexcept : rest_(payload) {}
  /// The next encoded packet, which is empty where two separators meet; nullopt after the last one.
  std::optional<std::string_view> next() noexcept;

 private:
  std::string_view rest_;
  bool ended_ = false;
};

/// Builds a polling payload.
class payload_writer {
 public:
  /// Adds a packet without data.
  void add(packet_type type);
  /// Adds a message, binary ones as base64.
  void add(const outgoing_message& message);
  /// Packets added so far.
  std::size_t packets() const noexcept { return packets_; }
  /// The payload; the writer is empty afterwards.
  std::string take() noexcept;

 private:
  void separate();

  std::string payload_;
  std::size_t packets_ = 0;
};

/// The data of packet `open`: a JSON object with the keys sid, upgrades, pingInterval, pingTimeout
/// (milliseconds) and maxPayload (bytes). `upgradable` names "websocket" as an upgrade.
std::string encode_open(
    std::string_view session_id, bool upgradable, const server_options& options);

} // namespace ocelli::engineio
