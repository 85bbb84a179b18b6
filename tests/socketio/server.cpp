#include "net/socketio/server.hpp"

#include "socketio/echo.hpp"
#include "support/engineio_client.hpp"

#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>

#include <chrono>
#include <future>
#include <string>
#include <thread>

using namespace ocelli::socketio;
using ocelli::test_support::http_client;
using ocelli::test_support::websocket_client;

namespace {

constexpr const char* polling_target = "/socket.io/?EIO=4&transport=polling";
constexpr const char* websocket_target = "/socket.io/?EIO=4&transport=websocket";

server_options loopback_options() {
  server_options options;
  options.engine.host = "127.0.0.1";
  options.engine.port = 0;
  return options;
}

/// An echoing server on a thread of its own.
class echo_server {
 public:
  explicit echo_server(server_options options = loopback_options())
      : server_(context_, std::move(options)) {
    tests::serve(server_.of("/"));
    tests::serve(server_.of("/custom"));
    server_.listen();
    thread_ = std::thread([this] { context_.run(); });
  }

  /// That the thread ends proves that nothing was left behind in the context.
  ~echo_server() {
    server_.stop_listening();
    thread_.join();
  }

  std::uint16_t port() const { return server_.port(); }
  ocelli::socketio::server& get() { return server_; }

 private:
  boost::asio::io_context context_;
  ocelli::socketio::server server_;
  std::thread thread_;
};

/// A client past the Engine.IO handshake.
websocket_client open_websocket(const echo_server& server) {
  websocket_client client(server.port(), websocket_target);
  client.receive_text();
  return client;
}

websocket_client join_over_websocket(const echo_server& server) {
  auto client = open_websocket(server);
  client.send("40");
  client.receive_text();
  client.receive_text();
  return client;
}

std::string open_polling(http_client& client) {
  const auto body = client.get(polling_target).body;
  const std::string key = R"("sid":")";
  const auto begin = body.find(key) + key.size();
  return std::string(polling_target) + "&sid=" + body.substr(begin, body.find('"', begin) - begin);
}

} // namespace

TEST_CASE("Over WebSocket a client joins, and its events come back") {
  echo_server server;
  auto client = open_websocket(server);
  client.send(R"(40{"token":"123"})");
  CHECK(client.receive_text().starts_with(R"(40{"sid":")"));
  CHECK(client.receive_text() == R"(42["auth",{"token":"123"}])");
  client.send(R"(42["message",1,"2",{"3":[true]}])");
  CHECK(client.receive_text() == R"(42["message-back",1,"2",{"3":[true]}])");
  client.send(R"(42456["message-with-ack",1])");
  CHECK(client.receive_text() == "43456[1]");
}

TEST_CASE("Over WebSocket attachments go both ways") {
  echo_server server;
  auto client = join_over_websocket(server);
  client.send(
      R"(452-789["message-with-ack",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}])");
  client.send_binary(std::string("\x01\x00\x02", 3));
  client.send_binary("");
  CHECK(client.receive_text() ==
        R"(462-789[{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}])");
  CHECK(client.receive() == websocket_client::message{true, std::string("\x01\x00\x02", 3)});
  CHECK(client.receive() == websocket_client::message{true, ""});
}

TEST_CASE("Over WebSocket a violation of the protocol closes the connection") {
  const auto* text =
      GENERATE("4abc", "42{}", R"(42abc["message-with-ack",1])", R"(450-["x"])", "40");
  echo_server server;
  auto client = join_over_websocket(server);
  client.send(text);
  CHECK(client.wait_for_close() != 0);
}

TEST_CASE("A client that joins no namespace in time is disconnected") {
  auto options = loopback_options();
  options.connect_timeout = std::chrono::milliseconds(20);
  echo_server server(options);
  auto client = open_websocket(server);
  client.wait_for_close();
  CHECK_FALSE(client.receive());
}

TEST_CASE("After leaving the main namespace a client is still there, and may join again") {
  echo_server server;
  auto client = join_over_websocket(server);
  client.send("41");
  client.send("40/custom,");
  CHECK(client.receive_text().starts_with(R"(40/custom,{"sid":")"));
  client.receive_text();
  client.send("40");
  CHECK(client.receive_text().starts_with(R"(40{"sid":")"));
}

TEST_CASE("Over polling a client joins, and its events come back with their attachments") {
  echo_server server;
  http_client client(server.port());
  const auto target = open_polling(client);
  CHECK(client.post(target, "40").body == "ok");
  const auto joined = client.get(target).body;
  CHECK(joined.starts_with(R"(40{"sid":")"));
  CHECK(joined.ends_with("\x1e"
                         R"(42["auth",{}])"));
  CHECK(client
            .post(target, R"(451-["message",{"_placeholder":true,"num":0}])"
                          "\x1e"
                          "bAQIDBA==")
            .body == "ok");
  CHECK(client.get(target).body == R"(451-["message-back",{"_placeholder":true,"num":0}])"
                                   "\x1e"
                                   "bAQIDBA==");
}

TEST_CASE("Over polling a violation of the protocol ends the session") {
  echo_server server;
  http_client client(server.port());
  const auto target = open_polling(client);
  client.post(target, R"(42["message"])");
  CHECK(client.get(target).body.ends_with("1"));
  CHECK(client.get(target).status == 400);
}

TEST_CASE("Closing all sends what is queued, closes every client and then says so") {
  echo_server server;
  auto client = join_over_websocket(server);
  client.send(R"(42["message","last"])");
  CHECK(client.receive_text() == R"(42["message-back","last"])");
  std::promise<void> closed;
  server.get().refuse_handshakes();
  server.get().close_all([&] { closed.set_value(); });
  CHECK(client.wait_for_close() == 1001);
  closed.get_future().wait();
  CHECK(server.get().sessions() == 0);
}
