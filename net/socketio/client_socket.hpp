#pragma once

#include "net/engineio/session.hpp"
#include "net/socketio/packet_assembler.hpp"
#include "net/socketio/socket.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace ocelli::socketio {

class connection;

/// The socket that a connection makes for each namespace its client has joined.
class client_socket final : public socket, public std::enable_shared_from_this<client_socket> {
 public:
  client_socket(std::weak_ptr<connection> owner, engineio::session_ptr session,
      std::string name_space, socketio::handshake request);

  const std::string& id() const noexcept override { return id_; }
  const std::string& name_space() const noexcept override { return name_space_; }
  const socketio::handshake& request() const noexcept override { return request_; }
  std::string_view transport() const noexcept override { return session_->transport(); }
  send_result emit(std::string_view name, std::string_view arguments,
      std::vector<engineio::outgoing_message> attachments, bool is_volatile) override;
  void disconnect(bool close) override;
  void on_event(std::function<void(event)> handler) override;
  void on_disconnect(std::function<void(std::string_view)> handler) override;

  /// False once either side has left the namespace. Thread-safe.
  bool connected() const noexcept { return connected_.load(); }
  /// Hands a complete event to the handler. On the strand.
  void deliver(checked_packet packet, std::chrono::steady_clock::time_point received);
  /// Sends packet DISCONNECT, once; false when the socket was not connected any more. Thread-safe.
  bool send_disconnect();
  /// Ends the socket: calls the disconnect handler and releases both handlers, once. On the strand.
  void end(std::string_view reason);

 private:
  send_result send_acknowledgement(std::uint64_t id, std::string_view arguments,
      std::vector<engineio::outgoing_message> attachments);
  send_result send(
      std::string text, std::vector<engineio::outgoing_message> attachments, bool is_volatile);

  std::weak_ptr<connection> owner_;
  engineio::session_ptr session_;
  std::string id_;
  std::string name_space_;
  socketio::handshake request_;
  std::atomic<bool> connected_ = true;
  bool ended_ = false;
  std::function<void(event)> event_handler_;
  std::function<void(std::string_view)> disconnect_handler_;
};

} // namespace ocelli::socketio
