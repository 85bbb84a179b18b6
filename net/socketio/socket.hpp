#pragma once

#include "net/engineio/message.hpp"
#include "net/engineio/session.hpp"

#include <any>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace ocelli::socketio {

class broadcast_operator;
class name_space;

using engineio::send_result;

/// One attachment: bytes and what keeps them alive.
struct attachment {
  std::string_view bytes;
  std::shared_ptr<const void> owner;
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

/// How waiting for a client's acknowledgement ended.
enum class answer_status : std::uint8_t {
  answered,
  timed_out,
  disconnected ///< The client has left.
};

/// A client's acknowledgement of an event. Views are valid while a copy of `owner` lives.
struct answer {
  answer_status status = answer_status::answered;
  /// As those of an event; empty unless answered.
  std::string_view arguments;
  std::vector<attachment> attachments;
  std::shared_ptr<const void> owner;
};

/// Takes an answer, on the connection's strand; must not block.
using answer_handler = std::function<void(const answer&)>;

/// One client in one namespace. Functions are thread-safe and never block, unless they say
/// otherwise.
class socket {
 public:
  virtual ~socket() = default;
  /// The public id, not the Engine.IO id.
  virtual const std::string& id() const noexcept = 0;
  virtual const socketio::name_space& name_space() const noexcept = 0;
  /// What the client sent when it opened the connection: query, headers, address, time.
  virtual const engineio::handshake& request() const noexcept = 0;
  /// JSON text of the object that the client sent when it joined; `{}` when none was sent.
  virtual const std::string& auth() const noexcept = 0;
  /// "polling" or "websocket", at this moment.
  virtual std::string_view transport() const noexcept = 0;
  /// True from the moment at which the client has joined until either side leaves.
  virtual bool connected() const noexcept = 0;
  /// True when this socket goes on where one with the same id was cut off: its rooms and its data
  /// are back, and the events that it missed have been sent.
  virtual bool recovered() const noexcept = 0;

  /// What the server's author likes to keep with the client. Not thread-safe: set it in a
  /// middleware or in the connection handler, and only there. Comes back when a connection is
  /// recovered.
  std::any& data() noexcept { return data_; }
  const std::any& data() const noexcept { return data_; }

  /// Sends packet EVENT (BINARY_EVENT with attachments). `name` is not a reserved one (`connect`,
  /// `disconnect`, …). `arguments` are JSON values, comma separated, without brackets around them,
  /// as for an acknowledgement. A volatile event is dropped, as accepted, when the client cannot
  /// take it now. With connection state recovery, what is emitted while a client may still come
  /// back is accepted, unless it is volatile.
  virtual send_result emit(std::string_view name, std::string_view arguments,
      std::vector<engineio::outgoing_message> attachments = {}, bool is_volatile = false) = 0;
  /// As `emit`, and asks for an acknowledgement. If, and only if, this returns `accepted`,
  /// `handler` is called once: with the client's answer, or after `timeout`, or when the client
  /// leaves. `full`, without closing, when as many are waited for as `acknowledgements` allows.
  virtual send_result emit_with_ack(std::string_view name, std::string_view arguments,
      std::chrono::milliseconds timeout, answer_handler handler,
      std::vector<engineio::outgoing_message> attachments = {}) = 0;
  /// Sends packet DISCONNECT; leaves the client's other namespaces and closes the connection as
  /// well when `close` is set. Does nothing when the client has left.
  virtual void disconnect(bool close = false) = 0;

  /// Puts the client into a room, until it leaves the room or the namespace. False when it is not
  /// connected, is in as many rooms as `rooms` allows, or the name is longer than `name_bytes`.
  virtual bool join(std::string_view room) = 0;
  virtual void leave(std::string_view room) = 0;
  /// The rooms that the client has joined. Beside them every client is alone in a room that is
  /// called like its id.
  virtual std::vector<std::string> rooms() const = 0;

  /// Everybody in the namespace but this client.
  broadcast_operator broadcast() const;
  /// Everybody in the room but this client.
  broadcast_operator to(std::string room) const;

 private:
  friend class broadcast_operator;
  /// Sends a packet that was encoded for several clients.
  virtual send_result send_encoded(const engineio::message_group& group, bool is_volatile) = 0;

  std::any data_;
};

using socket_ptr = std::shared_ptr<socket>;

} // namespace ocelli::socketio
