#pragma once

#include "net/engineio/packet.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace ocelli::engineio {

/// A WebSocket as a session uses it. Everything here is called on the session's strand, and nothing
/// here calls the session back before it returns.
class websocket_link {
 public:
  virtual ~websocket_link() = default;
  /// Writes one message: text of `type` followed by `data`, or `data` alone as binary when there is
  /// no type. One at a time: `server_session::on_written` says when the next one may follow. `data`
  /// may be null.
  virtual void write(std::optional<packet_type> type, std::shared_ptr<const std::string> data) = 0;
  /// Closes after what is being written, with a code of RFC 6455 section 7.4; then
  /// `server_session::on_link_closed`.
  virtual void close(std::uint16_t code) = 0;
  /// Drops the connection; then `server_session::on_link_closed`.
  virtual void abort() = 0;
};

} // namespace ocelli::engineio
