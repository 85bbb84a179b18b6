#include "engineio/echo_server.hpp"
#include "net/engineio/server.hpp"
#include "support/engineio_client.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <chrono>
#include <string>
#include <thread>

using namespace ocelli::engineio;
using ocelli::test_support::http_client;
using ocelli::test_support::websocket_client;

TEST_CASE("A server that nobody has called has counted nothing") {
  echo_server server(patient_options());
  auto counted = server.server().statistics();
  CHECK(counted.connections == 0);
  CHECK(counted.connections_accepted == 0);
  CHECK(counted.sessions_opened == 0);
  CHECK(counted.bytes_received == 0);
  CHECK(counted.bytes_sent == 0);
}

TEST_CASE("Sessions are counted by the transport that they use now") {
  echo_server server(patient_options());
  auto open = http_client(server.port()).get(polling_target).body;
  websocket_client direct(server.port(), websocket_target);
  direct.receive_text();
  REQUIRE(server.wait_for_opens(2));
  auto counted = server.server().statistics();
  CHECK(counted.polling_sessions == 1);
  CHECK(counted.websocket_sessions == 1);
  CHECK(counted.sessions_opened == 2);

  websocket_client upgraded(server.port(), websocket_target + "&sid=" + session_id_of(open));
  upgraded.send("2probe");
  CHECK(upgraded.receive_text() == "3probe");
  upgraded.send("5");
  upgraded.send("4done");
  CHECK(upgraded.receive_text() == "4done");
  counted = server.server().statistics();
  CHECK(counted.polling_sessions == 0);
  CHECK(counted.websocket_sessions == 2);
  CHECK(counted.sessions_opened == 2);
  CHECK(counted.connections >= 2);

  upgraded.close();
  direct.close();
  REQUIRE(server.wait_for_closes(2));
  counted = server.server().statistics();
  CHECK(counted.polling_sessions == 0);
  CHECK(counted.websocket_sessions == 0);
  CHECK(counted.sessions_opened == 2);
  CHECK(counted.connections_accepted == 3);
}

TEST_CASE("Bytes of WebSocket messages are counted in both directions") {
  echo_server server(patient_options());
  websocket_client client(server.port(), websocket_target);
  client.receive_text();
  client.send("4hello");
  CHECK(client.receive_text() == "4hello");
  auto before = server.server().statistics();
  const std::string text = "4" + std::string(100'000, 'x');
  client.send(text);
  CHECK(client.receive_text() == text);
  client.send("4hello");
  CHECK(client.receive_text() == "4hello");
  auto after = server.server().statistics();
  CHECK(after.bytes_received - before.bytes_received == text.size() + 6);
  // that a message was written is learnt after the client may have read it
  auto sent = after.bytes_sent - before.bytes_sent;
  CHECK(sent >= text.size());
  CHECK(sent <= text.size() + 12);
}

TEST_CASE("Bytes of HTTP requests and answers are counted, headers included") {
  echo_server server(patient_options());
  http_client client(server.port());
  const auto target = polling_target + "&sid=" + session_id_of(client.get(polling_target).body);
  auto before = server.server().statistics();
  REQUIRE(client.post(target, "4" + std::string(50'000, 'x')).status == 200);
  REQUIRE(client.get(target).body.size() == 50'001);
  REQUIRE(client.get("/healthz").status == 200);
  auto after = server.server().statistics();
  CHECK(after.bytes_received - before.bytes_received > 50'001 + 3 * 20);
  CHECK(after.bytes_received - before.bytes_received < 50'001 + 3 * 500);
  CHECK(after.bytes_sent - before.bytes_sent > 50'001 + 2 * 20);
  CHECK(after.bytes_sent - before.bytes_sent < 50'001 + 3 * 500);
}

TEST_CASE("What is refused is counted") {
  auto options = patient_options();
  options.connections = 2;
  echo_server server(options);
  websocket_client first(server.port(), websocket_target);
  first.receive_text();
  http_client second(server.port());
  CHECK(second.get(polling_target).status == 200);
  CHECK(second.get(polling_target).status == 503);
  http_client third(server.port());
  CHECK(third.read_to_end().empty());
  auto counted = server.server().statistics();
  CHECK(counted.sessions_refused == 1);
  CHECK(counted.connections_refused == 1);
  CHECK(counted.connections_accepted == 2);
  server.server().refuse_handshakes();
  CHECK(second.get(polling_target).status == 503);
  CHECK(server.server().statistics().sessions_refused == 2);
}

TEST_CASE("A message tells when its first bytes came") {
  using clock = std::chrono::steady_clock;
  echo_server server(patient_options());
  clock::time_point begun;
  std::atomic<bool> come = false;
  server.on_message = [&](const session_ptr&, const message& incoming) {
    begun = incoming.begun;
    come = true;
    come.notify_all();
  };
  auto start = clock::now();
  auto end = clock::time_point::max();
  SECTION("over WebSocket, however many parts it has") {
    websocket_client client(server.port(), websocket_target);
    client.receive_text();
    auto before = server.server().statistics().bytes_received;
    client.send_part("4first", false);
    while (server.server().statistics().bytes_received == before)
      std::this_thread::yield();
    end = clock::now();
    client.send_part("last", true);
    come.wait(false);
  }
  SECTION("over polling") {
    http_client client(server.port());
    auto target = polling_target + "&sid=" + session_id_of(client.get(polling_target).body);
    client.post(target, "4text");
    come.wait(false);
    end = clock::now();
  }
  CHECK(begun >= start);
  CHECK(begun <= end);
}
