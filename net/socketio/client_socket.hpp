#pragma once

#include "net/engineio/session.hpp"
#include "net/socketio/acknowledgement_table.hpp"
#include "net/socketio/connection_settings.hpp"
#include "net/socketio/name_space.hpp"
#include "net/socketio/outgoing_packet.hpp"
#include "net/socketio/packet_assembler.hpp"
#include "net/socketio/socket.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ocelli::socketio {

class connection;

/// The socket that a connection makes for each namespace its client joins.
class client_socket final : public socket, public std::enable_shared_from_this<client_socket> {
 public:
  /// `auth` is the object of packet CONNECT. When it names a client that may come back, the socket
  /// goes on for it.
  client_socket(std::weak_ptr<connection> owner, engineio::session_ptr session,
      std::shared_ptr<socketio::name_space> space,
      std::shared_ptr<const connection_settings> settings, std::string auth);
  ~client_socket() override;

  const std::string& id() const noexcept override { return id_; }
  const socketio::name_space& name_space() const noexcept override { return *space_; }
  const engineio::handshake& request() const noexcept override { return session_->request(); }
  const std::string& auth() const noexcept override { return auth_; }
  std::string_view transport() const noexcept override { return session_->transport(); }
  bool connected() const noexcept override { return connected_.load(); }
  bool recovered() const noexcept override { return recovered_.load(); }
  send_result emit(std::string_view name, std::string_view arguments,
      std::vector<engineio::outgoing_message> attachments, bool is_volatile) override;
  send_result emit_with_ack(std::string_view name, std::string_view arguments,
      std::chrono::milliseconds timeout, answer_handler handler,
      std::vector<engineio::outgoing_message> attachments) override;
  void disconnect(bool close) override;
  bool join(std::string_view room) override;
  void leave(std::string_view room) override;
  std::vector<std::string> rooms() const override;

  /// Tells the client that it has joined, and calls the connection handler. On the strand, once.
  void begin();
  /// Hands a complete event to the handlers. On the strand.
  void deliver(checked_packet packet, std::chrono::steady_clock::time_point received);
  /// Hands an acknowledgement to the handler that waits for it. On the strand.
  void deliver_answer(checked_packet packet);
  /// Sends packet DISCONNECT, once; false when the socket was not connected any more. Thread-safe.
  bool send_disconnect();
  /// Ends the socket and tells the handlers, once. With `may_return` the client can be recovered.
  /// On the strand.
  void end(std::string_view reason, bool may_return = false);

 private:
  struct waiting_answers;
  struct recovery_state;

  send_result send_encoded(const engineio::message_group& group, bool is_volatile) override;
  send_result emit_recoverable(
      const outgoing_event& event, std::vector<engineio::outgoing_message> attachments);
  std::unique_ptr<recovery_state> find_recovery();
  void join_namespace();
  void resume();
  void save();
  void watch_answers(std::chrono::steady_clock::time_point deadline);
  void on_answers_late();

  std::weak_ptr<connection> owner_;
  engineio::session_ptr session_;
  std::shared_ptr<socketio::name_space> space_;
  std::shared_ptr<const connection_settings> settings_;
  std::string id_;
  std::string auth_;
  std::atomic<bool> connected_ = false;
  std::atomic<bool> recovered_ = false;
  bool begun_ = false;                       ///< On the strand.
  std::unique_ptr<recovery_state> recovery_; ///< With connection state recovery.

  std::mutex mutex_; ///< Guards the members below.
  bool ended_ = false;
  std::unique_ptr<waiting_answers> answers_; ///< From the first one on.
};

} // namespace ocelli::socketio
