#pragma once

#include "net/engineio/message.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ocelli::engineio {

/// Why a session ended; `to_string` gives the reference's names.
enum class close_reason : std::uint8_t {
  transport_error, ///< "transport error": the connection broke, or the peer violated WebSocket.
  transport_close, ///< "transport close": the peer closed.
  forced_close,    ///< "forced close": the server closed this session.
  ping_timeout,    ///< "ping timeout": no answer to a heartbeat.
  parse_error, ///< "parse error": the peer sent what is not Engine.IO, or the upper layer said so.
  too_slow,    ///< "transport error": the peer did not read what was sent.
  message_too_big,     ///< "transport error": over `message_bytes`.
  server_shutting_down ///< "server shutting down".
};

/// The reference's name of the reason.
std::string_view to_string(close_reason reason) noexcept;

/// What became of something handed to a session.
enum class send_result : std::uint8_t {
  accepted, ///< Queued.
  full,     ///< Over a limit of the write queue; the session is being closed.
  closed,   ///< The session has ended.
};

/// What the client sent when it opened the session.
struct handshake {
  std::string remote_address; ///< Without port.
  std::uint16_t remote_port = 0;
  std::string target;                                       ///< Path and query as sent.
  std::vector<std::pair<std::string, std::string>> query;   ///< Decoded, in order.
  std::vector<std::pair<std::string, std::string>> headers; ///< Names in lower case, in order.
  std::chrono::system_clock::time_point time;
  bool secure = false; ///< Over TLS.

  /// The last value of parameter `name` of the query; nullopt when there is none.
  std::optional<std::string_view> query_value(std::string_view name) const noexcept;
  /// The first value of header `name`, which is in lower case; nullopt when there is none.
  std::optional<std::string_view> header(std::string_view name) const noexcept;
};

/// One client of the Engine.IO layer, whatever carries it. Functions are thread-safe and never
/// block.
class session : public std::enable_shared_from_this<session> {
 public:
  virtual ~session() = default;
  /// The secret id in the client's URL, from a CSPRNG. Never log it in full.
  virtual const std::string& id() const noexcept = 0;
  virtual const handshake& request() const noexcept = 0;
  /// The strand on which `session_handler` is called for this session.
  virtual boost::asio::any_io_executor executor() const noexcept = 0;
  /// "polling" or "websocket", at this moment.
  virtual std::string_view transport() const noexcept = 0;
  /// Queues the messages as one group. A volatile group is dropped, as accepted, when the client
  /// cannot take it now.
  virtual send_result send(message_group group, bool is_volatile = false) = 0;
  /// Sends what is queued, then closes: WebSocket with a fitting close code, polling with packet
  /// `close`.
  virtual void close(close_reason reason) = 0;
};

using session_ptr = std::shared_ptr<session>;

/// The layer above, one object per session, called on the session's strand, one call at a time.
class session_handler {
 public:
  virtual ~session_handler() = default;
  /// A message arrived. `received` is the moment at which it was complete.
  virtual void on_message(message incoming, std::chrono::steady_clock::time_point received) = 0;
  /// The session has ended; the last call.
  virtual void on_close(close_reason reason) = 0;
};

} // namespace ocelli::engineio
