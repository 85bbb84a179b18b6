#pragma once

#include "net/engineio/server.hpp"
#include "net/engineio/session.hpp"
#include "net/socketio/client_socket.hpp"
#include "net/socketio/packet_assembler.hpp"
#include "net/socketio/server.hpp"

#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace ocelli::socketio {

/// What all connections of a server share; constant once it listens.
struct connection_settings {
  server_options options;
  std::map<std::string, server::connection_handler, std::less<>> namespaces;
  engineio::server::log_handler log;
};

/// The Socket.IO side of one client: its namespaces and the packet that is arriving. On the
/// session's strand only.
class connection : public std::enable_shared_from_this<connection> {
 public:
  connection(engineio::session_ptr session, std::shared_ptr<const connection_settings> settings);

  /// Starts the time in which the client must join a namespace.
  void open();
  void on_message(
      const engineio::message& incoming, std::chrono::steady_clock::time_point received);
  void on_close(engineio::close_reason reason);
  /// Forgets a socket that has sent DISCONNECT; with `close` all the others, too, and closes the
  /// session.
  void on_server_disconnect(client_socket& left, bool close);

 private:
  using time_point = std::chrono::steady_clock::time_point;

  void on_text(const engineio::message& incoming, time_point received);
  void on_binary(const engineio::message& incoming, time_point received);
  void on_packet(checked_packet packet, time_point received);
  void join(const checked_packet& packet);
  void leave(std::string_view name_space);
  void refuse(std::string_view name_space, std::string_view reason);
  bool is_joined(std::string_view name_space) const;
  std::size_t joined() const noexcept;
  void watch_attachments(time_point deadline);
  void fail(packet_error error);

  engineio::session_ptr session_;
  std::shared_ptr<const connection_settings> settings_;
  /// By namespace. A null pointer stands for one that the server has left: what the client sent
  /// before it learnt of that is no violation.
  std::map<std::string, std::shared_ptr<client_socket>, std::less<>> sockets_;
  packet_assembler assembler_;
  time_point attachments_deadline_;
  bool is_watching_attachments_ = false;
  bool is_closing_ = false;
  boost::asio::steady_timer connect_timer_;
  boost::asio::steady_timer attachments_timer_;
};

/// The handler of a new session that keeps a connection for it.
std::unique_ptr<engineio::session_handler> make_session_handler(
    const engineio::session_ptr& session, std::shared_ptr<const connection_settings> settings);

} // namespace ocelli::socketio
