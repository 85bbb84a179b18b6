#include "engineio/echo_server.hpp"
#include "support/engineio_client.hpp"

#include <boost/system/system_error.hpp>
#include <catch2/catch.hpp>

#include <string>

using namespace ocelli::engineio;
using ocelli::test_support::http_client;
using ocelli::test_support::websocket_client;

namespace {

struct upgrading_client {
  explicit upgrading_client(echo_server& server)
      : id("&sid=" + session_id_of(http_client(server.port()).get(polling_target).body)),
        websocket(server.port(), websocket_target + id) {}

  void probe() {
    websocket.send("2probe");
    REQUIRE(websocket.receive_text() == "3probe");
  }

  std::string id;
  websocket_client websocket;
};

/// The answer to a WebSocket handshake, as text.
std::string raw_handshake(
    echo_server& server, const std::string& target, const std::string& fields = {}) {
  http_client client(server.port());
  client.write("GET " + target +
               " HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
               "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
               fields + "\r\n");
  return client.read_to_end();
}

} // namespace

TEST_CASE("A WebSocket handshake is followed by the open packet") {
  echo_server server(patient_options());
  websocket_client client(server.port(), websocket_target);
  auto open = client.receive_text();
  CHECK(open ==
        "0{\"sid\":\"" + session_id_of(open) +
            R"(","upgrades":[],"pingInterval":600000,"pingTimeout":600000,"maxPayload":1000000})");
  REQUIRE(server.wait_for_opens(1));
  CHECK(server.opened().at(0)->transport() == "websocket");
}

TEST_CASE("Invalid WebSocket handshakes are refused with a text") {
  echo_server server(patient_options());
  auto [query, text] = GENERATE(table<std::string, std::string>({
      {"transport=websocket", "Unsupported protocol version"},
      {"EIO=abc&transport=websocket", "Unsupported protocol version"},
      {"EIO=4", "Transport unknown"},
      {"EIO=4&transport=abc", "Transport unknown"},
      {"EIO=4&transport=polling", "Bad request"},
      {"EIO=4&transport=websocket&sid=abc", "Session ID unknown"},
  }));
  auto answer = raw_handshake(server, "/engine.io/?" + query);
  CHECK(answer.find("HTTP/1.1 400 ") == 0);
  CHECK(answer.find("Connection: close\r\n") != std::string::npos);
  CHECK(answer.substr(answer.find("\r\n\r\n") + 4) == text);
  CHECK(server.server().sessions() == 0);
}

TEST_CASE("Messages over WebSocket come back, text as text and binary as binary") {
  echo_server server(patient_options());
  websocket_client client(server.port(), websocket_target);
  client.receive_text();
  client.send("4hello");
  CHECK(client.receive() == websocket_client::message{false, "4hello"});
  client.send("4");
  CHECK(client.receive() == websocket_client::message{false, "4"});
  client.send_binary(std::string("\x01\x02\x03\x04", 4));
  CHECK(client.receive() == websocket_client::message{true, std::string("\x01\x02\x03\x04", 4)});
  client.send_binary("");
  CHECK(client.receive() == websocket_client::message{true, ""});
  for (std::size_t size : {100U, 255U, 256U, 257U, 1536U, 70'000U, 999'999U}) {
    std::string text = "4" + std::string(size, 'x');
    text.resize(size);
    client.send(text);
    CHECK(client.receive() == websocket_client::message{false, text});
  }
}

TEST_CASE("A message may come in many fragments, empty ones included") {
  echo_server server(patient_options());
  websocket_client client(server.port(), websocket_target);
  client.receive_text();
  client.send_part("", false);
  client.send_part("4", false);
  std::string text = "4";
  for (int i = 0; i < 1000; ++i) {
    client.send_part(i % 3 == 0 ? "" : "ab", false);
    text += i % 3 == 0 ? "" : "ab";
  }
  client.send_part("", true);
  CHECK(client.receive_text() == text);
}

TEST_CASE("A group of messages is never interrupted by another group") {
  echo_server server(patient_options(), 2);
  server.on_message = [](const session_ptr&, const message&) {};
  websocket_client client(server.port(), websocket_target);
  client.receive_text();
  REQUIRE(server.wait_for_opens(1));
  auto session = server.opened().at(0);
  auto send_groups = [session](char name) {
    for (int i = 0; i < 200; ++i) {
      auto data = std::make_shared<const std::string>(1, name);
      session->send({{false, data}, {true, data}, {true, data}});
    }
  };
  std::thread other(send_groups, 'a');
  send_groups('b');
  other.join();
  for (int i = 0; i < 400; ++i) {
    auto header = client.receive();
    REQUIRE(header);
    REQUIRE_FALSE(header->binary);
    for (int attachment = 0; attachment < 2; ++attachment)
      REQUIRE(client.receive() == websocket_client::message{true, header->data.substr(1)});
  }
}

TEST_CASE("What is no packet closes a WebSocket") {
  echo_server server(patient_options());
  websocket_client client(server.port(), websocket_target);
  auto [text, code, reason] = GENERATE(table<std::string, std::uint16_t, close_reason>({
      {"abc", 1002, close_reason::parse_error},
      {"", 1002, close_reason::parse_error},
      {"2", 1000, close_reason::transport_error},
      {"1", 1000, close_reason::transport_close},
  }));
  client.send(text);
  CHECK(client.wait_for_close() == code);
  REQUIRE(server.wait_for_closes(1));
  CHECK(server.reasons() == std::vector{reason});
}

TEST_CASE("Heartbeats come over WebSocket as long as they are answered") {
  echo_server server;
  websocket_client client(server.port(), websocket_target);
  client.receive_text();
  for (int i = 0; i < 3; ++i) {
    CHECK(client.receive_text() == "2");
    client.send("3");
  }
  CHECK(server.reasons().empty());
}

TEST_CASE("A WebSocket client that does not answer heartbeats is closed") {
  echo_server server;
  websocket_client client(server.port(), websocket_target);
  client.wait_for_close();
  REQUIRE(server.wait_for_closes(1));
  CHECK(server.reasons() == std::vector{close_reason::ping_timeout});
}

TEST_CASE("A client whose message is still arriving is alive") {
  auto options = suite_options();
  options.ping_interval = std::chrono::milliseconds(50);
  echo_server server(options);
  websocket_client client(server.port(), websocket_target);
  client.receive_text();
  // while the answer to the first heartbeat waits behind it, the message takes four times the ping
  // timeout
  REQUIRE(client.receive_text() == "2");
  client.send_part("4", false);
  auto begin = std::chrono::steady_clock::now();
  std::string text = "4";
  while (std::chrono::steady_clock::now() - begin < 4 * options.ping_timeout) {
    client.send_part("x", false);
    text += "x";
    std::this_thread::yield();
  }
  client.send_part("", true);
  client.send("3");
  CHECK(client.receive_text() == text);
  CHECK(server.reasons().empty());
}

TEST_CASE("A client that closes or resets its WebSocket ends its session") {
  echo_server server(patient_options());
  auto with_reset = GENERATE(false, true);
  websocket_client client(server.port(), websocket_target);
  client.receive_text();
  if (with_reset)
    client.reset();
  else
    client.close();
  REQUIRE(server.wait_for_closes(1));
}

TEST_CASE("A session is upgraded from polling to WebSocket") {
  echo_server server(patient_options());
  upgrading_client client(server);
  client.probe();
  http_client poller(server.port());
  CHECK(poller.get(polling_target + client.id).body == "6");
  client.websocket.send("5");
  client.websocket.send("4hello");
  CHECK(client.websocket.receive_text() == "4hello");
  REQUIRE(server.wait_for_opens(1));
  CHECK(server.opened().at(0)->transport() == "websocket");

  SECTION("polls are refused afterwards") {
    auto answer = poller.get(polling_target + client.id);
    CHECK(answer.status == 400);
    CHECK(answer.body == R"({"code":3,"message":"Bad request"})");
  }
  SECTION("another WebSocket is closed") {
    websocket_client other(server.port(), websocket_target + client.id);
    other.wait_for_close();
  }
  client.websocket.send("4again");
  CHECK(client.websocket.receive_text() == "4again");
  CHECK(server.server().sessions() == 1);
}

TEST_CASE("A waiting poll is answered at once when the client probes, and later polls in turn") {
  echo_server server(patient_options());
  upgrading_client client(server);
  http_client poller(server.port());
  poller.send("GET", polling_target + client.id);
  client.probe();
  CHECK(poller.receive().body == "6");
  for (int i = 0; i < 3; ++i)
    CHECK(poller.get(polling_target + client.id).body == "6");
}

TEST_CASE("Polls are answered while a WebSocket is open that has not probed yet") {
  echo_server server(patient_options());
  upgrading_client client(server);
  http_client poller(server.port());
  for (int i = 0; i < 5; ++i)
    CHECK(poller.get(polling_target + client.id).body == "6");
}

TEST_CASE("What is queued during an upgrade is sent over the WebSocket after it") {
  echo_server server(patient_options());
  upgrading_client client(server);
  client.probe();
  REQUIRE(http_client(server.port())
              .post(polling_target + client.id, "4one\x1e"
                                                "4two")
              .body == "ok");
  client.websocket.send("5");
  CHECK(client.websocket.receive_text() == "4one");
  CHECK(client.websocket.receive_text() == "4two");
}

TEST_CASE("A poll that waits when the upgrade is done is answered") {
  echo_server server(patient_options());
  upgrading_client client(server);
  client.probe();
  http_client poller(server.port());
  poller.send("GET", polling_target + client.id);
  client.websocket.send("5");
  auto answer = poller.receive();
  // the server may have seen the upgrade before the poll
  CHECK((answer.body == "6" || answer.status == 400));
  client.websocket.send("4hello");
  CHECK(client.websocket.receive_text() == "4hello");
}

TEST_CASE("An upgrade that fails closes the WebSocket and leaves the session on polling") {
  auto options = patient_options();
  options.upgrade_timeout = std::chrono::milliseconds(100);
  echo_server server(options);
  auto failure = GENERATE(as<std::string>(), "4hello", "abc", "2", "2nothing", "binary", "reset",
      "close", "timeout", "timeout after probe");
  INFO(failure);
  upgrading_client client(server);
  if (failure == "binary")
    client.websocket.send_binary("5");
  else if (failure == "reset")
    client.websocket.reset();
  else if (failure == "close")
    client.websocket.close();
  else if (failure == "timeout after probe")
    client.probe();
  else if (failure != "timeout")
    client.websocket.send(failure);
  if (failure != "reset" && failure != "close")
    client.websocket.wait_for_close();
  http_client poller(server.port());
  CHECK(poller.post(polling_target + client.id, "4x").body == "ok");
  std::string body = "6";
  while (body == "6")
    body = poller.get(polling_target + client.id).body;
  CHECK(body == "4x");
  CHECK(server.reasons().empty());

  websocket_client again(server.port(), websocket_target + client.id);
  again.send("2probe");
  CHECK(again.receive_text() == "3probe");
}

TEST_CASE("A second upgrade at the same time is closed and the first goes on") {
  echo_server server(patient_options());
  upgrading_client client(server);
  client.probe();
  websocket_client other(server.port(), websocket_target + client.id);
  other.wait_for_close();
  client.websocket.send("5");
  client.websocket.send("4hello");
  CHECK(client.websocket.receive_text() == "4hello");
}

TEST_CASE("A session that ends during its upgrade closes the WebSocket") {
  echo_server server(patient_options());
  upgrading_client client(server);
  client.probe();
  REQUIRE(http_client(server.port()).post(polling_target + client.id, "1").body == "ok");
  client.websocket.wait_for_close();
  CHECK(server.wait_for_closes(1));
}

TEST_CASE("Heartbeats go on during and after an upgrade") {
  echo_server server;
  upgrading_client client(server);
  client.probe();
  http_client poller(server.port());
  std::string body;
  while (body != "2")
    body = poller.get(polling_target + client.id).body;
  client.websocket.send("5");
  client.websocket.send("3");
  for (int i = 0; i < 2; ++i) {
    CHECK(client.websocket.receive_text() == "2");
    client.websocket.send("3");
  }
  CHECK(server.reasons().empty());
}
