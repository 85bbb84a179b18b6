#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace ocelli::engineio {

/// What a server listens on and what its clients may make it hold or wait for. Defaults are those
/// of the reference.
struct server_options {
  /// Address to listen on; `localhost` listens on IPv4 and IPv6.
  std::string host = "localhost";
  /// TCP port; 0 takes a free one.
  std::uint16_t port = 3000;
  /// Path of the endpoint, begins and ends with a slash.
  std::string path = "/engine.io/";
  /// Origins for which CORS headers are sent and WebSocket handshakes accepted; `*` echoes the
  /// caller's Origin with credentials allowed; empty: no CORS headers and no check, as the
  /// reference does.
  std::vector<std::string> cors_origins;

  std::chrono::milliseconds ping_interval{
      25'000}; ///< From one heartbeat's answer to the next heartbeat.
  std::chrono::milliseconds ping_timeout{20'000}; ///< For the answer to a heartbeat.
  std::chrono::milliseconds upgrade_timeout{
      10'000}; ///< From the WebSocket handshake to packet `upgrade`.
  std::chrono::milliseconds header_timeout{
      10'000}; ///< For the header of an HTTP request, and between requests.
  std::chrono::milliseconds body_timeout{60'000}; ///< For the body of an HTTP request.
  std::chrono::milliseconds close_timeout{5'000}; ///< For the peer to answer a close.
  std::chrono::milliseconds handshake_timeout{
      10'000}; ///< For the handler of `on_handshake` to answer; 403 afterwards.

  std::size_t message_bytes = 1'000'000; ///< Of one message, and of one polling payload.
  std::size_t header_bytes = 16'384;     ///< Of an HTTP request's header.
  std::size_t connections = 20'000;      ///< Open TCP connections and sessions, each.
  std::size_t connections_per_address =
      0; ///< Open TCP connections from one address; 0 for no limit.
  std::size_t write_queue_bytes =
      4UL << 20; ///< Waiting for one client; beyond it the session is closed.
  std::size_t write_queue_packets =
      4'096; ///< Waiting for one client; beyond it the session is closed.
  /// In one polling answer, at least 2; python-engineio's clients take no more than 16.
  std::size_t packets_per_poll = 16;
};

} // namespace ocelli::engineio
