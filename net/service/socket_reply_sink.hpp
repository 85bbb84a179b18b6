#pragma once

#include "actors/reply_sink.hpp"
#include "net/socketio/socket.hpp"

#include <memory>
#include <mutex>
#include <unordered_map>

namespace ocelli::net {

/// Replies to one client through its socket, which it does not keep alive.
class socket_reply_sink final : public actors::reply_sink {
 public:
  explicit socket_reply_sink(const socketio::socket_ptr& client) : client_(client) {}

  /// Keeps an acknowledgement that the client waits for. Thread-safe.
  actors::acknowledgement_id keep(socketio::acknowledgement waiting);
  /// The client has left: forgets its acknowledgements. Thread-safe.
  void close();

  actors::delivery respond(const actors::response& object) noexcept override;
  actors::delivery token(std::string_view delta, const std::string& id) noexcept override;
  actors::delivery acknowledge(
      actors::acknowledgement_id id, const actors::response& object) noexcept override;

 private:
  std::weak_ptr<socketio::socket> client_;
  std::mutex mutex_;
  actors::acknowledgement_id last_ = 0;
  std::unordered_map<actors::acknowledgement_id, socketio::acknowledgement> waiting_;
};

} // namespace ocelli::net
