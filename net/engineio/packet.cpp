#include "net/engineio/packet.hpp"

#include "net/engineio/base64.hpp"

#include <fmt/format.h>

#include <utility>

namespace ocelli::engineio {
namespace {

constexpr char separator = '\x1e';

} // namespace

std::optional<packet> decode_packet(std::string_view text) noexcept {
  if (text.empty() || text.front() < '0' || text.front() > to_char(packet_type::noop))
    return std::nullopt;
  return packet{static_cast<packet_type>(text.front() - '0'), text.substr(1), false};
}

std::optional<packet> decode_polling_packet(std::string_view text) noexcept {
  if (!text.empty() && text.front() == 'b')
    return packet{packet_type::message, text.substr(1), true};
  return decode_packet(text);
}

std::optional<std::string_view> payload_reader::next() noexcept {
  if (ended_)
    return std::nullopt;
  auto end = rest_.find(separator);
  auto found = rest_.substr(0, end);
  if (end == std::string_view::npos)
    ended_ = true;
  else
    rest_.remove_prefix(end + 1);
  return found;
}

void payload_writer::separate() {
  if (packets_++ > 0)
    payload_ += separator;
}

void payload_writer::add(packet_type type) {
  separate();
  payload_ += to_char(type);
}

void payload_writer::add(const outgoing_message& message) {
  separate();
  if (message.binary) {
    payload_ += 'b';
    payload_ += base64_encode(*message.data);
    return;
  }
  payload_ += to_char(packet_type::message);
  payload_ += *message.data;
}

std::string payload_writer::take() noexcept {
  packets_ = 0;
  return std::exchange(payload_, {});
}

std::string encode_open(
    std::string_view session_id, bool upgradable, const server_options& options) {
  return fmt::format(
      R"({{"sid":"{}","upgrades":[{}],"pingInterval":{},"pingTimeout":{},"maxPayload":{}}})",
      session_id, upgradable ? R"("websocket")" : "", options.ping_interval.count(),
      options.ping_timeout.count(), options.message_bytes);
}

} // namespace ocelli::engineio
