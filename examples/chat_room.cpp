// Clients tell their name when they join, and talk to those in the same room.
#include "net/socketio/arguments.hpp"
#include "net/socketio/json.hpp"
#include "net/socketio/server.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <any>
#include <csignal>
#include <cstdint>
#include <iostream>
#include <string>

namespace socketio = ocelli::socketio;

int main(int argc, char** argv) {
  boost::asio::io_context io;
  socketio::server_options options;
  options.engine.port = static_cast<std::uint16_t>(argc > 1 ? std::stoi(argv[1]) : 3000);
  socketio::server server(io, options);

  auto& chat = server.of("/chat");
  chat.use([](const socketio::socket_ptr& client, const socketio::continuation& next) {
    const auto name = socketio::find_string(client->auth(), "name").value_or("");
    if (name.empty())
      return next.refuse("Who are you?", R"({"missing":"name"})");
    client->data() = name;
    next();
  });
  // the client sends: emit("join", "cooking", (others) => …)
  chat.on("join", [](const socketio::socket_ptr& client, const socketio::event& incoming) {
    const auto room = socketio::argument_reader(incoming.arguments).next_string();
    if (!room || !client->join(*room))
      return;
    const auto& name = std::any_cast<const std::string&>(client->data());
    client->to(*room).emit("joined", socketio::json_string(name));
    if (incoming.acknowledge)
      incoming.acknowledge(std::to_string(client->to(*room).sockets().size()));
  });
  // the client sends: emit("say", "cooking", "Hello!")
  chat.on("say", [](const socketio::socket_ptr& client, const socketio::event& incoming) {
    socketio::argument_reader arguments(incoming.arguments);
    const auto room = arguments.next_string();
    const auto text = arguments.next_string();
    const auto& name = std::any_cast<const std::string&>(client->data());
    if (room && text)
      client->to(*room).emit(
          "said", socketio::json_string(name) + "," + socketio::json_string(*text));
  });
  chat.on_disconnect([](const socketio::socket_ptr& client, std::string_view) {
    const auto& name = std::any_cast<const std::string&>(client->data());
    for (const auto& room : client->rooms())
      client->to(room).emit("left", socketio::json_string(name));
  });

  boost::asio::signal_set signals(io, SIGINT, SIGTERM);
  signals.async_wait([&server](boost::system::error_code, int) {
    server.close_all([&server] { server.stop_listening(); });
  });
  server.listen();
  std::cout << "chat_room: http://localhost:" << server.port() << "/chat" << std::endl;
  io.run();
}
