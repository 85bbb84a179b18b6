#include "conformance/fixtures.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

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

std::vector<engineio::outgoing_message> copy_attachments(const socketio::event& incoming) {
  std::vector<engineio::outgoing_message> copies;
  copies.reserve(incoming.attachments.size());
  for (const auto& attachment : incoming.attachments)
    copies.push_back({true, std::make_shared<const std::string>(attachment.bytes)});
  return copies;
}

void acknowledge(const socketio::event& incoming) {
  incoming.acknowledge(std::string(incoming.arguments), copy_attachments(incoming));
}

void greet(const socketio::socket_ptr& socket) { socket->emit("auth", socket->request().auth); }

void answer_as_suite(socketio::socket& socket, const socketio::event& incoming) {
  if (incoming.name == "message")
    socket.emit("message-back", incoming.arguments, copy_attachments(incoming));
  else if (incoming.name == "message-with-ack" && incoming.acknowledge)
    acknowledge(incoming);
}

void echo(socketio::socket& socket, const socketio::event& incoming) {
  if (incoming.acknowledge)
    acknowledge(incoming);
  else
    socket.emit(incoming.name, incoming.arguments, copy_attachments(incoming));
}

/// Lets `answer` see every event of the socket, which must not own itself through its handler.
template <class Answer>
void answer_events(const socketio::socket_ptr& socket, Answer answer) {
  socket->on_event([weak = std::weak_ptr(socket), answer](const socketio::event& incoming) {
    if (auto client = weak.lock())
      answer(*client, incoming);
  });
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
  server.on_connection("/", [](const socketio::socket_ptr& socket) {
    greet(socket);
    answer_events(socket, answer_as_suite);
  });
  server.on_connection("/custom", greet);
}

void bind_echo(socketio::server& server) {
  server.on_connection(
      "/", [](const socketio::socket_ptr& socket) { answer_events(socket, echo); });
}

} // namespace ocelli::conformance
