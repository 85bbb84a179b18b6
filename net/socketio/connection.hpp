#pragma once

#include "net/engineio/session.hpp"
#include "net/socketio/client_socket.hpp"
#include "net/socketio/connection_settings.hpp"
#include "net/socketio/middleware_run.hpp"
#include "net/socketio/packet_assembler.hpp"

#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ocelli::socketio {

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
  /// A namespace that the client has joined, or asked to join.
  struct membership {
    std::string name;
    /// Null when the server has left: what the client sent before it learnt of that is no
    /// violation.
    std::shared_ptr<client_socket> socket;
    /// Set as long as middlewares are asked.
    std::shared_ptr<middleware_run> pending;
  };

  void on_text(const engineio::message& incoming, time_point received);
  void on_binary(const engineio::message& incoming, time_point received);
  void on_packet(checked_packet packet, time_point received);
  void join(const checked_packet& packet);
  void ask_middlewares(membership& joining, const name_space& space);
  void on_middlewares_done(const client_socket* joining, std::optional<refusal> refused);
  void begin(const std::shared_ptr<client_socket>& socket);
  void leave(std::string_view name_space);
  void forget_oldest_left();
  void refuse(std::string_view name_space, std::string_view reason);
  membership* find(std::string_view name_space);
  std::size_t joined() const noexcept;
  void end_sockets(std::string_view reason, bool may_return);
  void watch_attachments(time_point deadline);
  void fail(packet_error error);

  engineio::session_ptr session_;
  std::shared_ptr<const connection_settings> settings_;
  std::vector<membership> memberships_;
  packet_assembler assembler_;
  time_point attachments_deadline_;
  bool is_watching_attachments_ = false;
  bool is_closing_ = false;
  bool is_forced_ = false; ///< The client violated the order of packets.
  std::unique_ptr<boost::asio::steady_timer> connect_timer_;     ///< Until a namespace is joined.
  std::unique_ptr<boost::asio::steady_timer> attachments_timer_; ///< From the first one on.
};

/// The handler of a new session that keeps a connection for it.
std::unique_ptr<engineio::session_handler> make_session_handler(
    const engineio::session_ptr& session, std::shared_ptr<const connection_settings> settings);

} // namespace ocelli::socketio
