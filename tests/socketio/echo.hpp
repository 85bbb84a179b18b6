#pragma once

#include "net/socketio/socket.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace ocelli::socketio::tests {

/// Sends event `message` back as `message-back` and answers `message-with-ack`, with arguments and
/// attachments.
inline void answer(socket& socket, event incoming) {
  std::vector<engineio::outgoing_message> attachments;
  for (const auto& [bytes, owner] : incoming.attachments)
    attachments.push_back({true, std::make_shared<const std::string>(bytes)});
  if (incoming.name == "message")
    socket.emit("message-back", incoming.arguments, std::move(attachments));
  else if (incoming.name == "message-with-ack" && incoming.acknowledge)
    incoming.acknowledge(std::string(incoming.arguments), std::move(attachments));
}

/// Greets a client with event `auth`, which carries what it connected with, and answers its events.
inline void serve(const socket_ptr& socket) {
  socket->emit("auth", socket->request().auth);
  socket->on_event([weak = std::weak_ptr(socket)](
                       event incoming) { answer(*weak.lock(), std::move(incoming)); });
}

} // namespace ocelli::socketio::tests
