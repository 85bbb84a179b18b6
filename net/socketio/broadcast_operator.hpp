#pragma once

#include "net/engineio/message.hpp"
#include "net/socketio/room_table.hpp"
#include "net/socketio/socket.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace ocelli::socketio {

class name_space;

/// A choice of the clients of a namespace: all of them, narrowed down by `to` and `except`. What is
/// done goes to those who are there at that moment. Thread-safe, apart from `to` and `except`; does
/// not block.
class broadcast_operator {
 public:
  explicit broadcast_operator(std::shared_ptr<const name_space> space);

  /// Those in this room, or in one of the others that were named. A client's id is a room.
  broadcast_operator& to(std::string room);
  /// Not those in this room.
  broadcast_operator& except(std::string room);

  /// Sends an event as `socket::emit` does. It is encoded once, and all clients share its bytes.
  /// Returns how many accepted it.
  std::size_t emit(std::string_view name, std::string_view arguments,
      std::vector<engineio::outgoing_message> attachments = {}, bool is_volatile = false) const;
  /// The clients, each once.
  std::vector<socket_ptr> sockets() const;
  /// Disconnects the clients as `socket::disconnect` does.
  void disconnect(bool close = false) const;

 private:
  std::size_t send(const engineio::message_group& group, bool is_volatile) const;

  std::shared_ptr<const name_space> space_;
  broadcast_target target_;
};

} // namespace ocelli::socketio
