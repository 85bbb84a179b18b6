#pragma once

#include <cstddef>
#include <cstdint>

namespace ocelli::engineio {

/// What a server has counted since it was made, and what is open now. Bytes are those of HTTP
/// requests and answers (but for the answer to a WebSocket handshake) and of WebSocket messages,
/// without the headers of WebSocket frames and of what lies below.
struct server_statistics {
  std::size_t connections = 0; ///< Open TCP connections.
  std::uint64_t connections_accepted = 0;
  std::uint64_t connections_refused = 0; ///< Over `connections` or `connections_per_address`.
  std::size_t polling_sessions = 0;      ///< Open sessions that use polling now.
  std::size_t websocket_sessions = 0;    ///< Open sessions that use WebSocket now.
  std::uint64_t sessions_opened = 0;
  std::uint64_t sessions_refused = 0; ///< Over `connections`, or while handshakes are refused.
  std::uint64_t bytes_received = 0;
  std::uint64_t bytes_sent = 0;
};

} // namespace ocelli::engineio
