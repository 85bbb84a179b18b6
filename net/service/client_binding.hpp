#pragma once

#include "actors/interfaces.hpp"
#include "net/service/event_reader.hpp"
#include "net/service/socket_reply_sink.hpp"
#include "net/socketio/socket.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace ocelli::net {

/// Hands one client's events to its SESSION. Called on the connection's strand, one call at a time.
class client_binding {
 public:
  client_binding(std::string id, actors::session_actor session,
      std::shared_ptr<socket_reply_sink> sink, std::shared_ptr<event_reader> reader);

  /// Event `frame`, `message` or `stop` came.
  void on_frame(const socketio::event& incoming);
  void on_message(const socketio::event& incoming);
  void on_stop(const socketio::event& incoming);
  /// The client has left: SESSION ends, and what the client waited for is forgotten.
  void close(std::string_view reason);

 private:
  std::optional<actors::acknowledgement_id> keep(const socketio::acknowledgement& waiting);

  std::string id_;
  /// Dropped when the client has left: handles to actors must not live as long as a socket may.
  std::optional<actors::session_actor> session_;
  std::shared_ptr<socket_reply_sink> sink_;
  std::shared_ptr<event_reader> reader_;
};

} // namespace ocelli::net
