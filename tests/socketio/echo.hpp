#pragma once

#include "net/socketio/arguments.hpp"
#include "net/socketio/namespace_handlers.hpp"

#include <string>

namespace ocelli::socketio::tests {

/// Greets a client with event `auth`, which carries what it joined with.
inline void greet(const socket_ptr& client) { client->emit("auth", client->auth()); }

/// Greets clients; `message` comes back as `message-back`, `message-with-ack` as its
/// acknowledgement, with arguments and attachments.
inline void serve(namespace_handlers& clients) {
  clients.on_connection(greet);
  clients.on("message", [](const socket_ptr& client, const event& incoming) {
    client->emit("message-back", incoming.arguments, copy_attachments(incoming.attachments));
  });
  clients.on("message-with-ack", [](const socket_ptr&, const event& incoming) {
    if (incoming.acknowledge)
      incoming.acknowledge(std::string(incoming.arguments), copy_attachments(incoming.attachments));
  });
}

} // namespace ocelli::socketio::tests
