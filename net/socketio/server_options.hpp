#pragma once

#include "net/engineio/options.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace ocelli::socketio {

/// Connection state recovery: a client whose connection broke comes back under its id, in its
/// rooms, and gets the events that it missed. All that is kept is in memory; the oldest goes when
/// a limit is passed, and a client that needed it joins as a new one.
struct recovery_options {
  bool enabled = false;
  std::chrono::milliseconds duration{120'000}; ///< For a client to come back.
  std::size_t sessions = 10'000;               ///< Clients that may come back.
  std::size_t packets = 10'000;                ///< Events kept, of all clients together.
  std::size_t bytes = 16UL << 20;              ///< Of events and clients kept.
  bool skip_middlewares = true;                ///< When a client comes back.
};

/// Engine.IO's options with Socket.IO's path.
inline engineio::server_options default_engine_options() {
  engineio::server_options options;
  options.path = "/socket.io/";
  return options;
}

/// Options of both layers. Defaults are those of the reference.
struct server_options {
  engineio::server_options engine = default_engine_options();
  std::chrono::milliseconds connect_timeout{
      45'000}; ///< Until a client that joined no namespace is closed.
  std::chrono::milliseconds middleware_timeout{10'000}; ///< For all middlewares of a namespace.
  /// From a packet's text to its last attachment; a client that lets it pass is closed.
  std::chrono::milliseconds attachment_timeout{60'000};
  std::uint32_t attachments = 10;         ///< Of one packet; their bytes together: `message_bytes`.
  std::size_t auth_bytes = 16'384;        ///< Of the object in packet CONNECT; kept while joined.
  std::uint32_t json_depth = 64;          ///< Of nested values.
  std::uint32_t namespaces = 32;          ///< That one connection may join.
  std::uint32_t name_bytes = 256;         ///< Of the name of a namespace, an event or a room.
  std::uint32_t rooms = 1'000;            ///< That one client may be in, its own not counted.
  std::uint32_t acknowledgements = 1'000; ///< For which the server may wait, of one client.
  recovery_options recovery;
};

} // namespace ocelli::socketio
