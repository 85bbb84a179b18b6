#pragma once

#include "net/socketio/socket.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace ocelli::socketio {

/// What a client is told that may not join: packet CONNECT_ERROR.
struct refusal {
  std::string message;
  /// JSON text of `data` in the client's error; empty when there is none.
  std::string data;
};

/// Says how a client that wants to join goes on. Copyable; the first call counts; thread-safe. Does
/// nothing when the client has gone or its time is over.
class continuation {
 public:
  using receiver = std::function<void(std::optional<refusal>)>;

  /// `receive` is called at most once, by the first call.
  explicit continuation(receiver receive);
  /// Goes on with the next middleware, or joins the client.
  void operator()() const;
  /// Refuses the client. `data` is JSON text.
  void refuse(std::string message, std::string data = {}) const;

 private:
  struct state;
  void decide(std::optional<refusal> refused) const;

  std::shared_ptr<state> state_;
};

/// Looks at a client before it joins and calls `next`, now or later, from any thread, within
/// `middleware_timeout`. Called on the connection's strand; must not block. The socket is not
/// connected yet: it can be asked and given data, but takes no events and joins no rooms.
using middleware = std::function<void(const socket_ptr& client, const continuation& next)>;

} // namespace ocelli::socketio
