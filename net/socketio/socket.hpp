#pragma once

#include "net/engineio/message.hpp"
#include "net/engineio/session.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ocelli::socketio {

using engineio::send_result;

/// One attachment: bytes and what keeps them alive.
struct attachment {
  std::string_view bytes;
  std::shared_ptr<const void> owner;
};

/// What the client sent with packet CONNECT and with the Engine.IO handshake.
struct handshake {
  engineio::handshake request;
  /// JSON text of the `auth` object; `{}` when none was sent.
  std::string auth = "{}";
};

/// Answers an event that asked for an acknowledgement. Copyable; answers at most once; thread-safe.
/// Does nothing when the connection has ended.
class acknowledgement {
 public:
  using sender = std::function<send_result(
      std::string arguments, std::vector<engineio::outgoing_message> attachments)>;

  acknowledgement() = default;
  /// `send` is called at most once, by the first answer.
  explicit acknowledgement(sender send);
  /// True when the client asked for an answer.
  explicit operator bool() const noexcept { return state_ != nullptr; }
  /// Sends packet ACK (BINARY_ACK with attachments). `arguments` are JSON values, comma separated,
  /// without brackets around them: empty, `1`, `{"message":"cat"}`, `1,"2"`.
  /// `{"_placeholder":true,"num":N}` stands for attachment number N. Returns `closed` when it was
  /// answered already or when the client has left.
  send_result operator()(
      std::string arguments, std::vector<engineio::outgoing_message> attachments = {}) const;

 private:
  struct state;
  std::shared_ptr<state> state_;
};

/// An event as it came. Views are valid while a copy of `owner` lives.
struct event {
  std::string_view name;
  /// The arguments after the name, as they came: JSON values, comma separated, without brackets
  /// around them; empty when there are none. Valid JSON within the depth limit. `argument_reader`
  /// walks over it.
  std::string_view arguments;
  /// Attachments; `{"_placeholder":true,"num":N}` in `arguments` stands for number N, checked to be
  /// in range when there are attachments. `find_attachment` looks it up.
  std::vector<attachment> attachments;
  acknowledgement acknowledge;
  /// When the first bytes of the packet had been received.
  std::chrono::steady_clock::time_point begun;
  /// When the whole packet, attachments included, had been received.
  std::chrono::steady_clock::time_point received;
  /// Keeps `name` and `arguments` alive. `arguments` is followed by `engineio::message::padding`
  /// readable bytes.
  std::shared_ptr<const void> owner;
};

/// One client in one namespace. Functions are thread-safe and never block.
class socket {
 public:
  virtual ~socket() = default;
  /// The public id, not the Engine.IO id.
  virtual const std::string& id() const noexcept = 0;
  virtual const std::string& name_space() const noexcept = 0;
  virtual const socketio::handshake& request() const noexcept = 0;
  /// "polling" or "websocket", at this moment.
  virtual std::string_view transport() const noexcept = 0;
  /// Sends packet EVENT (BINARY_EVENT with attachments). `name` is not a reserved one (`connect`,
  /// `disconnect`, …). `arguments` are JSON values, comma separated, without brackets around them,
  /// as for an acknowledgement. A volatile event is dropped, as accepted, when the client cannot
  /// take it now.
  virtual send_result emit(std::string_view name, std::string_view arguments,
      std::vector<engineio::outgoing_message> attachments = {}, bool is_volatile = false) = 0;
  /// Sends packet DISCONNECT; leaves the client's other namespaces and closes the connection as
  /// well when `close` is set. Does nothing when the client has left.
  virtual void disconnect(bool close = false) = 0;

  /// Called on the connection's strand for every event, in the client's order; must not block. Set
  /// it in the connection handler, and only there.
  virtual void on_event(std::function<void(event)> handler) = 0;
  /// Called once on the connection's strand with the reason, in the reference's names: "client
  /// namespace disconnect", "server namespace disconnect", or why the connection ended
  /// (`engineio::to_string`). No event follows. Set it in the connection handler, and only there.
  virtual void on_disconnect(std::function<void(std::string_view reason)> handler) = 0;
};

using socket_ptr = std::shared_ptr<socket>;

} // namespace ocelli::socketio
