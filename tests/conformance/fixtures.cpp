#include "conformance/fixtures.hpp"

#include "net/socketio/arguments.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

namespace ocelli::conformance {

using namespace std::chrono_literals;

namespace {

void apply_suite_settings(engineio::server_options& options) {
  options.port = 3000;
  options.cors_origins = {"*"};
  options.ping_interval = 300ms;
  options.ping_timeout = 200ms;
  options.message_bytes = 1'000'000;
}

class echo_handler final : public engineio::session_handler {
 public:
  explicit echo_handler(const engineio::session_ptr& session) : session_(session) {}

  void on_message(engineio::message incoming, std::chrono::steady_clock::time_point) override {
    if (auto session = session_.lock())
      session->send({{incoming.binary, std::make_shared<const std::string>(incoming.data)}});
  }
  void on_close(engineio::close_reason) override {}

 private:
  std::weak_ptr<engineio::session> session_;
};

void greet(const socketio::socket_ptr& client) { client->emit("auth", client->auth()); }

void acknowledge(const socketio::event& incoming) {
  if (incoming.acknowledge)
    incoming.acknowledge(
        std::string(incoming.arguments), socketio::copy_attachments(incoming.attachments));
}

void emit_back(
    const socketio::socket_ptr& client, std::string_view name, const socketio::event& incoming) {
  client->emit(name, incoming.arguments, socketio::copy_attachments(incoming.attachments));
}

} // namespace

engineio::server_options engineio_suite_options() {
  engineio::server_options options;
  apply_suite_settings(options);
  return options;
}

socketio::server_options socketio_suite_options() {
  socketio::server_options options;
  apply_suite_settings(options.engine);
  options.connect_timeout = 1s;
  return options;
}

socketio::server_options echo_options() {
  socketio::server_options options;
  options.engine.port = 3001;
  return options;
}

void bind_engineio_suite(engineio::server& server) {
  server.on_open(
      [](const engineio::session_ptr& session) { return std::make_unique<echo_handler>(session); });
}

void bind_socketio_suite(socketio::server& server) {
  server.of("/custom").on_connection(greet);
  auto& clients = server.of("/");
  clients.on_connection(greet);
  clients.on("message", [](const socketio::socket_ptr& client, const socketio::event& incoming) {
    emit_back(client, "message-back", incoming);
  });
  clients.on("message-with-ack",
      [](const socketio::socket_ptr&, const socketio::event& incoming) { acknowledge(incoming); });
  clients.on(
      "emit-with-ack", [](const socketio::socket_ptr& client, const socketio::event& incoming) {
        client->emit_with_ack(
            "emit-with-ack", incoming.arguments, 200ms,
            [client](const socketio::answer& given) {
              if (given.status == socketio::answer_status::answered)
                client->emit("emit-with-ack", given.arguments,
                    socketio::copy_attachments(given.attachments));
            },
            socketio::copy_attachments(incoming.attachments));
      });
}

void bind_echo(socketio::server& server) {
  server.of("/").on_any([](const socketio::socket_ptr& client, const socketio::event& incoming) {
    if (incoming.acknowledge)
      acknowledge(incoming);
    else
      emit_back(client, incoming.name, incoming);
  });
}

} // namespace ocelli::conformance
