#pragma once

#include "actors/byte_budget.hpp"
#include "actors/interfaces.hpp"
#include "config/settings.hpp"
#include "net/service/event_reader.hpp"
#include "net/socketio/namespace_handlers.hpp"

#include <functional>
#include <memory>

namespace ocelli::net {

/// Binds the events of clients to actors: one SESSION per client.
class service {
 public:
  /// Makes the SESSION of a new client, which replies to the sink.
  using session_opener = std::function<actors::session_actor(actors::reply_sink_ptr)>;

  /// `budget` lives as long as a client may send.
  service(
      const config::settings& configured, session_opener open_session, actors::byte_budget& budget);

  /// Sets the handlers of the namespace in which the clients are. They outlive the service.
  void bind(socketio::namespace_handlers& clients) const;

 private:
  session_opener open_session_;
  std::shared_ptr<event_reader> reader_;
};

} // namespace ocelli::net
