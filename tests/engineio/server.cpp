#include "net/engineio/server.hpp"

#include "engineio/echo_server.hpp"
#include "support/engineio_client.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/system/system_error.hpp>
#include <catch2/catch.hpp>

#include <atomic>
#include <stdexcept>
#include <string>

using namespace ocelli::engineio;
using ocelli::test_support::http_client;
using ocelli::test_support::websocket_client;

namespace {

/// Closes everything; true when the server has said so.
struct closing {
  explicit closing(echo_server& server) {
    server.server().close_all([this] {
      ++calls;
      calls.notify_all();
    });
  }
  int wait() {
    calls.wait(0);
    return calls;
  }
  std::atomic<int> calls = 0;
};

bool can_connect(const std::string& address, std::uint16_t port) {
  boost::asio::io_context io;
  boost::asio::ip::tcp::socket socket(io);
  boost::system::error_code error;
  socket.connect({boost::asio::ip::make_address(address), port}, error);
  return !error;
}

} // namespace

TEST_CASE("Close reasons have the reference's names") {
  auto [reason, name] = GENERATE(table<close_reason, std::string>({
      {close_reason::transport_error, "transport error"},
      {close_reason::transport_close, "transport close"},
      {close_reason::forced_close, "forced close"},
      {close_reason::ping_timeout, "ping timeout"},
      {close_reason::parse_error, "parse error"},
      {close_reason::too_slow, "transport error"},
      {close_reason::message_too_big, "transport error"},
      {close_reason::server_shutting_down, "server shutting down"},
  }));
  CHECK(to_string(reason) == name);
}

TEST_CASE("A port in use is reported with address, port and what to do") {
  echo_server running(patient_options());
  boost::asio::io_context io;
  auto options = patient_options();
  options.port = running.port();
  server second(io, options);
  auto port = std::to_string(running.port());
  CHECK_THROWS_WITH(second.listen(),
      "port " + port + " is in use on 127.0.0.1: stop the other program or choose another port");
  io.run();
}

TEST_CASE("A host that is no address is reported") {
  boost::asio::io_context io;
  auto options = patient_options();
  options.host = "no such host";
  server impossible(io, options);
  CHECK_THROWS_WITH(
      impossible.listen(), "host \"no such host\" is not an IP address and not localhost");
}

TEST_CASE("An address of another machine is reported") {
  boost::asio::io_context io;
  auto options = patient_options();
  options.host = "192.0.2.1";
  server impossible(io, options);
  CHECK_THROWS_WITH(impossible.listen(), Catch::Contains("cannot listen on 192.0.2.1 port 0"));
}

TEST_CASE("The host localhost listens on both versions of IP, as far as the machine has them") {
  auto options = patient_options();
  options.host = "localhost";
  echo_server server(options);
  CHECK(can_connect("127.0.0.1", server.port()));
  boost::asio::io_context io;
  boost::system::error_code unavailable;
  boost::asio::ip::tcp::acceptor probe(io);
  probe.open(boost::asio::ip::tcp::v6(), unavailable);
  if (!unavailable)
    probe.bind({boost::asio::ip::address_v6::loopback(), 0}, unavailable);
  CHECK(can_connect("::1", server.port()) == !unavailable);
}

TEST_CASE("Once handshakes are refused open sessions go on") {
  echo_server server(patient_options());
  http_client client(server.port());
  auto target = polling_target + "&sid=" + session_id_of(client.get(polling_target).body);
  websocket_client websocket(server.port(), websocket_target);
  websocket.receive_text();
  server.server().refuse_handshakes();
  auto refused = client.get(polling_target);
  CHECK(refused.status == 503);
  CHECK(refused.body == "shutting down");
  CHECK_THROWS_AS(websocket_client(server.port(), websocket_target), boost::system::system_error);
  CHECK(client.post(target, "4x").body == "ok");
  CHECK(client.get(target).body == "4x");
  websocket_client upgraded(server.port(), websocket_target + target.substr(target.find("&sid=")));
  upgraded.send("2probe");
  CHECK(upgraded.receive_text() == "3probe");
  websocket.send("4y");
  CHECK(websocket.receive_text() == "4y");
  CHECK(client.get("/healthz").status == 200);
}

TEST_CASE("Closing all sessions flushes and closes each as its transport wants it") {
  echo_server server(patient_options(), 2);
  http_client waiting(server.port());
  auto waiting_target = polling_target + "&sid=" + session_id_of(waiting.get(polling_target).body);
  waiting.send("GET", waiting_target);
  http_client late(server.port());
  auto late_target = polling_target + "&sid=" + session_id_of(late.get(polling_target).body);
  REQUIRE(late.post(late_target, "4last").body == "ok");
  websocket_client websocket(server.port(), websocket_target);
  websocket.receive_text();
  REQUIRE(server.wait_for_opens(3));
  for (int i = 0; i < 100; ++i)
    server.opened().at(2)->send({{false, std::make_shared<const std::string>(10'000, 'x')}});

  closing all(server);
  int messages = 0;
  while (auto next = websocket.receive())
    messages += next->data.size() == 10'001 ? 1 : 0;
  CHECK(messages == 100);
  CHECK(websocket.wait_for_close() == 1001);
  auto body = waiting.receive().body;
  CHECK((body == "1" || body == "6\x1e"
                                "1"));
  CHECK(late.get(late_target).body == "4last\x1e"
                                      "1");
  CHECK(all.wait() == 1);
  CHECK(server.reasons() == std::vector(3, close_reason::server_shutting_down));
  CHECK(server.server().sessions() == 0);
  CHECK(http_client(server.port()).get(polling_target).status == 503);
}

TEST_CASE(
    "A WebSocket client that goes on sending while it is closed gets everything that was queued") {
  echo_server server(patient_options());
  websocket_client client(server.port(), websocket_target);
  client.receive_text();
  REQUIRE(server.wait_for_opens(1));
  server.opened().at(0)->send({{false, std::make_shared<const std::string>("answer")}});
  closing all(server);
  const std::string frame = std::string("\x82\xfe\xff\xff\0\0\0\0", 8) + std::string(65'535, 'x');
  for (int i = 0; i < 20; ++i)
    client.write(frame);
  CHECK(client.receive_text() == "4answer");
  CHECK(client.wait_for_close() == 1001);
  CHECK(all.wait() == 1);
}

TEST_CASE("Clients that do not answer a close are dropped after the timeout") {
  auto options = patient_options();
  options.close_timeout = std::chrono::milliseconds(100);
  echo_server server(options);
  http_client polling(server.port());
  polling.get(polling_target);
  websocket_client websocket(server.port(), websocket_target);
  websocket.receive_text();
  REQUIRE(server.wait_for_opens(2));
  closing all(server);
  CHECK(all.wait() == 1);
}

TEST_CASE("A client that answers a close and stays connected does not delay the end") {
  auto options = patient_options();
  options.close_timeout = std::chrono::minutes(10);
  echo_server server(options);
  websocket_client client(server.port(), websocket_target);
  REQUIRE(client.receive_text().starts_with("0{"));
  closing all(server);
  // once the session is told, the server's close frame is on its way
  REQUIRE(server.wait_for_closes(1));
  // a masked close frame with code 1001
  REQUIRE(client.write(std::string("\x88\x82\0\0\0\0\x03\xe9", 8)));
  CHECK(all.wait() == 1);
}

TEST_CASE("Closing in the middle of a message discards the rest of it") {
  for (int round = 0; round < 20; ++round) {
    echo_server server(patient_options());
    websocket_client client(server.port(), websocket_target);
    REQUIRE(client.receive_text().starts_with("0{"));
    // the header of a masked text frame of 60,000 bytes
    REQUIRE(client.write(std::string("\x81\xfe\xea\x60\0\0\0\0", 8)));
    REQUIRE(client.write("4" + std::string(9'999, 'x')));
    closing all(server);
    for (int piece = 0; piece < 5; ++piece)
      REQUIRE(client.write(std::string(10'000, 'x')));
    CHECK(client.wait_for_close() == 1001);
    CHECK(all.wait() == 1);
    CHECK(server.received().empty());
  }
}

TEST_CASE("Closing all sessions of a server without any is done at once") {
  echo_server server(patient_options());
  closing all(server);
  CHECK(all.wait() == 1);
}

TEST_CASE("Stopping drops what is left in every state and leaves the context empty") {
  echo_server server(patient_options(), 2);
  http_client idle(server.port());
  http_client half(server.port());
  half.write("GET / HT");
  http_client poller(server.port());
  auto target = polling_target + "&sid=" + session_id_of(poller.get(polling_target).body);
  poller.send("GET", target);
  http_client body(server.port());
  body.write("POST " + target + " HTTP/1.1\r\nContent-Length: 10\r\n\r\n4");
  websocket_client websocket(server.port(), websocket_target);
  websocket.receive_text();
  websocket.send_part("4half", false);
  auto id = session_id_of(http_client(server.port()).get(polling_target).body);
  websocket_client upgrading(server.port(), websocket_target + "&sid=" + id);
  upgrading.send("2probe");
  upgrading.receive_text();
  REQUIRE(server.wait_for_opens(3));
  auto sessions = server.opened();
  server.stop();
  CHECK(websocket.wait_for_close() == 0);
  CHECK(upgrading.wait_for_close() == 0);
  for (const auto& session : sessions)
    CHECK(session->send({{false, std::make_shared<const std::string>("late")}}) ==
          send_result::closed);
}

TEST_CASE("Many clients on several threads each get their own messages back") {
  auto options = patient_options();
  echo_server server(options, 4);
  std::atomic<int> wrong = 0;
  std::vector<std::thread> clients;
  for (int number = 0; number < 8; ++number) {
    clients.emplace_back([&, number] {
      auto id = session_id_of(http_client(server.port()).get(polling_target).body);
      http_client http(server.port());
      auto target = polling_target + "&sid=" + id;
      auto text = "4client " + std::to_string(number);
      for (int i = 0; i < 50; ++i)
        if (http.post(target, text).body != "ok" || http.get(target).body != text)
          ++wrong;
      websocket_client websocket(server.port(), websocket_target + "&sid=" + id);
      websocket.send("2probe");
      if (websocket.receive_text() != "3probe")
        ++wrong;
      websocket.send("5");
      for (int i = 0; i < 200; ++i) {
        websocket.send(text);
        if (websocket.receive_text() != text)
          ++wrong;
      }
      websocket.close();
    });
  }
  for (auto& client : clients)
    client.join();
  CHECK(wrong == 0);
  CHECK(server.wait_for_closes(8));
}
