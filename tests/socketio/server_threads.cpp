#include "net/socketio/json.hpp"
#include "net/socketio/server.hpp"
#include "support/engineio_client.hpp"

#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>

#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

using namespace ocelli::socketio;
using ocelli::test_support::websocket_client;

namespace {

/// A server on several threads with namespaces `/` and `/x-…`, whose clients are in room `all`.
class room_server {
 public:
  explicit room_server(bool with_recovery) : server_(context_, make_options(with_recovery)) {
    bind(server_.of("/"));
    bind(server_.of([](std::string_view name) { return name.starts_with("/x-"); }));
    server_.listen();
    for (int i = 0; i < 3; ++i)
      threads_.emplace_back([this] { context_.run(); });
  }
  ~room_server() {
    server_.stop_listening();
    for (auto& thread : threads_)
      thread.join();
  }

  server& get() { return server_; }
  std::atomic<int> joined = 0;
  std::atomic<int> left = 0;
  std::atomic<int> asked = 0;
  std::atomic<int> answered = 0;

 private:
  static server_options make_options(bool with_recovery) {
    server_options options;
    options.engine.host = "127.0.0.1";
    options.engine.port = 0;
    options.recovery.enabled = with_recovery;
    return options;
  }

  void bind(namespace_handlers& clients) {
    clients.use([this](const socket_ptr&, const continuation& next) {
      // from a thread that the server knows nothing of
      std::thread([next] { next(); }).detach();
    });
    clients.on_connection([this](const socket_ptr& client) {
      client->join("all");
      ++joined;
    });
    clients.on_disconnect([this](const socket_ptr&, std::string_view) { ++left; });
  }

  boost::asio::io_context context_;
  server server_;
  std::vector<std::thread> threads_;
};

/// A client that joins and takes events until it has seen `count`, answering those that ask.
void take_events(std::uint16_t port, const std::string& name, int count) {
  websocket_client client(port, "/socket.io/?EIO=4&transport=websocket");
  client.receive_text();
  client.send("40" + name);
  for (int seen = 0; seen < count;) {
    const auto text = client.receive_text();
    if (text.starts_with("42"))
      ++seen;
    const auto begin = 2 + name.size();
    const auto digits = text.find('[') - begin;
    if (text.starts_with("42") && digits > 0)
      client.send("43" + name + text.substr(begin, digits) + "[1]");
  }
}

} // namespace

TEST_CASE("Threads send to rooms and ask clients while these come and go") {
  const bool with_recovery = GENERATE(false, true);
  room_server server(with_recovery);
  std::atomic<bool> is_done = false;
  std::vector<std::thread> senders;
  for (const auto* name : {"/", "/x-1"}) {
    senders.emplace_back([&server, &is_done, name] {
      while (!is_done) {
        const auto space = server.get().find(name);
        if (!space) {
          std::this_thread::yield();
          continue;
        }
        space->to("all").emit("event", json_string(name));
        for (const auto& client : space->broadcast().sockets()) {
          client->emit("own", "1", {}, true);
          const auto result = client->emit_with_ack("asked", "1", std::chrono::minutes(1),
              [&server](const answer&) { ++server.answered; });
          if (result == send_result::accepted)
            ++server.asked;
        }
        // the clients are to keep pace
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
      }
    });
  }
  std::vector<std::thread> clients;
  for (int i = 0; i < 4; ++i) {
    clients.emplace_back([&server, i] {
      for (int round = 0; round < 5; ++round)
        take_events(server.get().port(), i % 2 == 0 ? "" : "/x-1,", 20);
    });
  }
  for (auto& client : clients)
    client.join();
  is_done = true;
  for (auto& sender : senders)
    sender.join();
  CHECK(server.joined == 20);
  while (server.left != server.joined || server.answered != server.asked)
    std::this_thread::yield();
  CHECK_FALSE(server.get().find("/x-1"));
  CHECK(server.get().find("/")->size() == 0);
}
