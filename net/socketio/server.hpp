#pragma once

#include "net/engineio/server.hpp"
#include "net/socketio/socket.hpp"

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace ocelli::socketio {

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
  /// From a packet's text to its last attachment; a client that lets it pass is closed.
  std::chrono::milliseconds attachment_timeout{60'000};
  std::uint32_t attachments = 10;  ///< Of one packet; their bytes together: `message_bytes`.
  std::size_t auth_bytes = 16'384; ///< Of the object in packet CONNECT; kept while joined.
  std::uint32_t json_depth = 64;   ///< Of nested values.
  std::uint32_t namespaces = 32;   ///< That one connection may join.
  std::uint32_t name_bytes = 256;  ///< Of a namespace's or an event's name.
};

/// A Socket.IO 5 server on Engine.IO 4. Protocol: Socket.IO protocol, revision 5.
class server {
 public:
  /// Called on the connection's strand when a client has joined; sets the socket's handlers. Events
  /// that the client sends are delivered after it has returned.
  using connection_handler = std::function<void(const socket_ptr&)>;

  server(boost::asio::io_context& context, server_options options);
  ~server();

  /// Lets clients join namespace `name` ("/" for the main one). Before `listen`. Others get
  /// `Invalid namespace`.
  void on_connection(const std::string& name, connection_handler handler);
  /// See engineio::server.
  void on_request(engineio::server::request_handler handler);
  void on_log(engineio::server::log_handler handler);
  void listen();
  std::uint16_t port() const noexcept;
  void refuse_handshakes() noexcept;
  void close_all(std::function<void()> done);
  void stop_listening();
  std::size_t sessions() const noexcept;
  engineio::server_statistics statistics() const;

 private:
  struct implementation;
  std::shared_ptr<implementation> self_;
};

} // namespace ocelli::socketio
