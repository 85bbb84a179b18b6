#include "net/service/service.hpp"

#include "net/service/client_binding.hpp"
#include "net/service/socket_reply_sink.hpp"

#include <spdlog/spdlog.h>

#include <utility>

namespace ocelli::net {

service::service(
    const config::settings& configured, session_opener open_session, actors::byte_budget& budget)
    : open_session_(std::move(open_session)),
      reader_(std::make_shared<event_reader>(configured, budget)) {}

void service::bind(const socketio::socket_ptr& client) const {
  spdlog::info("Client connected. sid={}, transport={}, address={}", client->id(),
      client->transport(), client->request().request.remote_address);
  auto sink = std::make_shared<socket_reply_sink>(client);
  auto bound = std::make_shared<client_binding>(client->id(), open_session_(sink), sink, reader_);
  client->on_event([bound](const socketio::event& incoming) { bound->handle(incoming); });
  client->on_disconnect([bound](std::string_view reason) { bound->close(reason); });
}

} // namespace ocelli::net
