#include "net/service/service.hpp"

#include "net/service/client_binding.hpp"
#include "net/service/socket_reply_sink.hpp"

#include <spdlog/spdlog.h>

#include <any>
#include <string_view>
#include <utility>

namespace ocelli::net {

namespace {

client_binding& binding_of(const socketio::socket_ptr& client) {
  return *std::any_cast<const std::shared_ptr<client_binding>&>(client->data());
}

} // namespace

service::service(
    const config::settings& configured, session_opener open_session, actors::byte_budget& budget)
    : open_session_(std::move(open_session)),
      reader_(std::make_shared<event_reader>(configured, budget)) {}

void service::bind(socketio::namespace_handlers& clients) const {
  clients.on_connection(
      [open_session = open_session_, reader = reader_](const socketio::socket_ptr& client) {
        spdlog::info("Client connected. sid={}, transport={}, address={}", client->id(),
            client->transport(), client->request().remote_address);
        auto sink = std::make_shared<socket_reply_sink>(client);
        client->data() =
            std::make_shared<client_binding>(client->id(), open_session(sink), sink, reader);
      });
  clients.on("frame", [](const socketio::socket_ptr& client, const socketio::event& incoming) {
    binding_of(client).on_frame(incoming);
  });
  clients.on("message", [](const socketio::socket_ptr& client, const socketio::event& incoming) {
    binding_of(client).on_message(incoming);
  });
  clients.on("stop", [](const socketio::socket_ptr& client, const socketio::event& incoming) {
    binding_of(client).on_stop(incoming);
  });
  clients.on_disconnect([](const socketio::socket_ptr& client, std::string_view reason) {
    binding_of(client).close(reason);
  });
}

} // namespace ocelli::net
