#pragma once

#include "net/socketio/middleware.hpp"
#include "net/socketio/socket.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace ocelli::socketio {

/// Called when a client has joined. Events that the client sends are delivered after it has
/// returned.
using connection_handler = std::function<void(const socket_ptr& client)>;
/// Called for an event, in the client's order.
using event_handler = std::function<void(const socket_ptr& client, const event& incoming)>;
/// Called once when a client leaves, which is still in its rooms, with the reason in the
/// reference's names: "client namespace disconnect", "server namespace disconnect", "forced server
/// close", or why the connection ended (`engineio::to_string`). No event follows.
using disconnect_handler = std::function<void(const socket_ptr& client, std::string_view reason)>;

/// What a namespace does with its clients. Handlers are called on a connection's strand: for one
/// client one at a time, for several clients from several threads at the same time; they must not
/// block. Set them before the server listens. Copies share the handlers.
class namespace_handlers {
 public:
  namespace_handlers();

  /// Adds a middleware, which is asked after those that were added before it.
  namespace_handlers& use(middleware check);
  namespace_handlers& on_connection(connection_handler handler);
  /// `name` is not a reserved one. A second handler for a name replaces the first.
  namespace_handlers& on(const std::string& name, event_handler handler);
  /// The catch-all handler, called for every event, before the handler for its name.
  namespace_handlers& on_any(event_handler handler);
  namespace_handlers& on_disconnect(disconnect_handler handler);

  /// For the library: what was set, and calls to it.
  const std::vector<middleware>& middlewares() const noexcept;
  void handle_connection(const socket_ptr& client) const;
  void handle_event(const socket_ptr& client, const event& incoming) const;
  void handle_disconnect(const socket_ptr& client, std::string_view reason) const;

 private:
  struct table;
  std::shared_ptr<table> table_;
};

} // namespace ocelli::socketio
