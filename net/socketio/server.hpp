#pragma once

#include "net/engineio/server.hpp"
#include "net/socketio/name_space.hpp"
#include "net/socketio/namespace_registry.hpp"
#include "net/socketio/server_options.hpp"
#include "net/socketio/socket.hpp"

#include <boost/asio/io_context.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace ocelli::socketio {

/// A Socket.IO 5 server on Engine.IO 4. Protocol: Socket.IO protocol, revision 5.
class server {
 public:
  server(boost::asio::io_context& context, server_options options);
  ~server();

  /// Lets clients join namespace `name`, "/" for the main one. Call it, and set handlers, before
  /// `listen`; the namespace lives as long as the server. Clients that want to join another one
  /// get `Invalid namespace`.
  name_space& of(const std::string& name);
  /// Lets clients join every namespace whose name `matches`; all of them have these handlers. They
  /// exist as long as somebody is in them. Before `listen`.
  namespace_handlers& of(namespace_predicate matches);
  /// The namespace of this name, to send to its clients; nullptr when it does not exist.
  /// Thread-safe.
  std::shared_ptr<const name_space> find(std::string_view name) const;

  /// See engineio::server.
  void on_handshake(engineio::server::handshake_handler handler);
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
