#include "engineio/echo_server.hpp"
#include "support/engineio_client.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/system/system_error.hpp>
#include <catch2/catch.hpp>

#include <fstream>
#include <memory>
#include <string>
#include <sys/resource.h>
#include <vector>

using namespace ocelli::engineio;
using ocelli::test_support::http_client;
using ocelli::test_support::websocket_client;

namespace {

server_options small_messages() {
  auto options = patient_options();
  options.message_bytes = 1000;
  // what only promises a message never ends it
  options.close_timeout = std::chrono::milliseconds(100);
  return options;
}

/// A masked frame header, with a mask of zeros, so that the payload may follow as it is.
std::string frame_header(std::uint8_t first_byte, std::uint64_t length) {
  std::string header(1, static_cast<char>(first_byte));
  header += '\xff';
  for (int shift = 56; shift >= 0; shift -= 8)
    header += static_cast<char>(length >> shift);
  return header + std::string(4, '\0');
}

/// The server still works for others.
void check_serves(echo_server& server) {
  websocket_client client(server.port(), websocket_target);
  REQUIRE(client.receive_text().front() == '0');
  client.send("4still here");
  CHECK(client.receive_text() == "4still here");
}

message_group one_message(std::size_t size) {
  return {{false, std::make_shared<const std::string>(size, 'x')}};
}

} // namespace

TEST_CASE("A WebSocket message over the limit closes with 1009, however it is sent, and names the "
          "option") {
  echo_server server(small_messages());
  websocket_client client(server.port(), websocket_target);
  client.receive_text();
  auto form = GENERATE(as<std::string>(), "text", "binary", "fragments", "promise", "huge promise");
  INFO(form);
  if (form == "text") {
    client.send("4" + std::string(1000, 'x'));
  } else if (form == "binary") {
    client.send_binary(std::string(100'000, 'x'));
  } else if (form == "fragments") {
    for (int i = 0; i < 1001; ++i)
      client.send_part("4", false);
  } else {
    client.write(frame_header(0x82, form == "promise" ? 100'000 : (std::uint64_t{1} << 62)) + "x");
  }
  CHECK(client.wait_for_close() == 1009);
  REQUIRE(server.wait_for_closes(1));
  CHECK(server.reasons() == std::vector{close_reason::message_too_big});
  CHECK(server.wait_for_log("over the limit message_bytes (1000)"));
  CHECK(server.received().empty());
  check_serves(server);
}

TEST_CASE("A WebSocket message of exactly the limit is accepted") {
  echo_server server(small_messages());
  websocket_client client(server.port(), websocket_target);
  client.receive_text();
  std::string text = "4" + std::string(999, 'x');
  client.send(text);
  CHECK(client.receive_text() == text);
}

TEST_CASE("A payload over the limit is refused with 413 before it is read, and the session stays") {
  echo_server server(small_messages());
  auto target =
      polling_target + "&sid=" + session_id_of(http_client(server.port()).get(polling_target).body);
  http_client client(server.port());
  SECTION("with its length") {
    client.write("POST " + target + " HTTP/1.1\r\nContent-Length: 1001\r\n\r\n4");
    CHECK(client.receive().status == 413);
  }
  SECTION("with its length, and all sent") {
    client.send("POST", target, "4" + std::string(3'000'000, 'x'));
    CHECK(client.receive().status == 413);
  }
  SECTION("in chunks") {
    std::string request = "POST " + target + " HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (int i = 0; i < 1100; ++i)
      request += "1\r\n4\r\n";
    client.write(request);
    CHECK(client.receive().status == 413);
  }
  CHECK(server.wait_for_log("over the limit message_bytes (1000)"));
  CHECK(server.reasons().empty());
  std::string largest = "4" + std::string(999, 'x');
  CHECK(http_client(server.port()).post(target, largest).body == "ok");
  CHECK(http_client(server.port()).get(target).body == largest);
}

TEST_CASE("Text over WebSocket that is not UTF-8 closes with 1007") {
  echo_server server(patient_options());
  websocket_client client(server.port(), websocket_target);
  client.receive_text();
  client.send("4\xc3\x28");
  CHECK(client.wait_for_close() == 1007);
  CHECK(server.wait_for_closes(1));
}

TEST_CASE("What violates WebSocket closes the connection") {
  echo_server server(patient_options());
  websocket_client client(server.port(), websocket_target);
  client.receive_text();
  auto bytes = GENERATE(as<std::string>(),
      "\x81\x02"
      "4x", // not masked
      "\xc1\x82"
      "\x01\x02\x03\x04"
      "4x", // a reserved bit
      "\x83\x82"
      "\x01\x02\x03\x04"
      "4x", // a reserved opcode
      "\x80\x82"
      "\x01\x02\x03\x04"
      "4x", // a continuation of nothing
      "\x09\x82"
      "\x01\x02\x03\x04"
      "4x", // a fragmented control frame
      "\x89\xfe\x01\x01"
      "\x01\x02\x03\x04", // a control frame that is too long
      "\x88\x81\x01\x02\x03\x04"
      "x", // half a close code
      "GET / HTTP/1.1\r\n\r\n");
  CHECK(client.write(bytes));
  client.wait_for_close();
  CHECK(server.wait_for_closes(1));
  CHECK(server.received().empty());
  check_serves(server);
}

TEST_CASE("Bytes right behind a WebSocket handshake are refused") {
  echo_server server(patient_options());
  auto id = GENERATE(as<std::string>(), "", "session", "unknown");
  auto target = websocket_target;
  if (id == "session")
    target += "&sid=" + session_id_of(http_client(server.port()).get(polling_target).body);
  else if (id == "unknown")
    target += "&sid=abc";
  http_client client(server.port());
  client.write("GET " + target +
               " HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
               "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
               "dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n\xf1\xf2\xf3\xf4");
  CHECK(client.read_to_end().substr(0, 12) == "HTTP/1.1 400");
  check_serves(server);
}

TEST_CASE("Pathological WebSocket headers do no harm") {
  echo_server server(patient_options());
  auto header = GENERATE(as<std::string>(), "Sec-WebSocket-Extensions: " + std::string(8000, ','),
      "Sec-WebSocket-Extensions: permessage-deflate; " + std::string(8000, ';'),
      "Sec-WebSocket-Protocol: " + std::string(8000, ' ') + "x",
      "Sec-WebSocket-Key: " + std::string(8000, 'A'),
      "Sec-WebSocket-Version: 99999999999999999999");
  http_client client(server.port());
  client.write("GET " + websocket_target +
               " HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
               header + "\r\n\r\n");
  client.reset();
  check_serves(server);
}

TEST_CASE("A connection may be reset at any stage") {
  echo_server server(patient_options());
  auto stage = GENERATE(range(0, 9));
  for (int i = 0; i < 20; ++i) {
    if (stage == 0) {
      http_client(server.port()).reset();
    } else if (stage < 5) {
      http_client client(server.port());
      auto target = stage == 1 ? polling_target : websocket_target + (stage == 2 ? "&sid=abc" : "");
      client.write("GET " + target + " HTTP/1.1\r\n");
      if (stage > 1)
        client.write("Host: localhost\r\nConnection: Upgrade\r\nUpgrade: "
                     "websocket\r\nSec-WebSocket-Version: 13\r\n"
                     "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
      if (stage == 4)
        client.write("\x81");
      client.reset();
    } else {
      websocket_client client(server.port(), websocket_target);
      if (stage > 5)
        client.receive_text();
      if (stage == 7)
        client.write("\x82\xff");
      if (stage == 8)
        client.send_part("4half", false);
      client.reset();
    }
  }
  check_serves(server);
  CHECK(server.wait_until([&] { return server.server().sessions() == 0; }));
}

TEST_CASE("A million tiny fragments and a million tiny packets are only work") {
  echo_server server(patient_options());
  SECTION("fragments") {
    websocket_client client(server.port(), websocket_target);
    client.receive_text();
    const std::string fragment("\x00\x80\0\0\0\0", 6);
    std::string many(std::string("\x01\x81\0\0\0\0"
                                 "4",
        7));
    for (int i = 0; i < 1'000'000; ++i)
      many += fragment;
    many += std::string("\x80\x81\0\0\0\0"
                        "x",
        7);
    REQUIRE(client.write(many));
    CHECK(client.receive_text() == "4x");
  }
  SECTION("packets") {
    server.on_message = [](const session_ptr& session, const message& message) {
      if (!message.data.empty())
        session->send({{false, std::make_shared<const std::string>(message.data)}});
    };
    http_client client(server.port());
    auto target = polling_target + "&sid=" + session_id_of(client.get(polling_target).body);
    std::string payload = "4";
    while (payload.size() < 999'999)
      payload += "\x1e"
                 "4";
    CHECK(client.post(target, payload).body == "ok");
    CHECK(server.wait_for_messages(500'000));
  }
  check_serves(server);
}

TEST_CASE("A flood of unasked answers to heartbeats and of WebSocket pings changes nothing") {
  echo_server server(patient_options());
  websocket_client client(server.port(), websocket_target);
  client.receive_text();
  for (int i = 0; i < 1000; ++i) {
    client.send("3");
    REQUIRE(client.write(std::string("\x8a\x80\0\0\0\0", 6)));
  }
  REQUIRE(client.write(std::string("\x89\x80\0\0\0\0", 6)));
  client.send("4x");
  CHECK(client.receive_text() == "4x");
}

TEST_CASE("A client that does not read is closed as too slow, with 1008 if it reads after all") {
  auto options = patient_options();
  options.write_queue_bytes = 1'000'000;
  echo_server server(options);
  websocket_client client(server.port(), websocket_target);
  client.receive_text();
  REQUIRE(server.wait_for_opens(1));
  auto session = server.opened().at(0);
  std::size_t accepted = 0;
  while (session->send(one_message(100'000)) == send_result::accepted)
    ++accepted;
  CHECK(accepted >= 10);
  CHECK(session->send(one_message(1)) == send_result::closed);
  CHECK(client.wait_for_close() == 1008);
  REQUIRE(server.wait_for_closes(1));
  CHECK(server.reasons() == std::vector{close_reason::too_slow});
  CHECK(server.wait_for_log("write_queue_bytes (1000000)"));
}

TEST_CASE("A client that never reads is dropped after the close timeout") {
  auto options = patient_options();
  options.write_queue_bytes = 1'000'000;
  options.close_timeout = std::chrono::milliseconds(100);
  echo_server server(options);
  websocket_client client(server.port(), websocket_target);
  client.receive_text();
  REQUIRE(server.wait_for_opens(1));
  auto session = server.opened().at(0);
  while (session->send(one_message(100'000)) == send_result::accepted) {
  }
  REQUIRE(server.wait_for_closes(1));
  std::atomic<bool> done = false;
  server.server().close_all([&] {
    done = true;
    done.notify_all();
  });
  done.wait(false);
  CHECK(done);
}

TEST_CASE("A polling client that does not poll is closed as too slow") {
  auto options = patient_options();
  options.write_queue_packets = 100;
  echo_server server(options);
  http_client client(server.port());
  auto target = polling_target + "&sid=" + session_id_of(client.get(polling_target).body);
  auto session = server.opened().at(0);
  for (int i = 0; i < 100; ++i)
    REQUIRE(session->send(one_message(1)) == send_result::accepted);
  CHECK(session->send(one_message(1)) == send_result::full);
  REQUIRE(server.wait_for_closes(1));
  CHECK(client.get(target).body == "6\x1e"
                                   "1");
}

TEST_CASE("Connections over the limits are refused, and the operator is told which limit") {
  auto options = patient_options();
  SECTION("of all addresses") { options.connections = 2; }
  SECTION("of one address") { options.connections_per_address = 2; }
  echo_server server(options);
  auto first = std::make_unique<websocket_client>(server.port(), websocket_target);
  websocket_client second(server.port(), websocket_target);
  CHECK(http_client(server.port()).read_to_end().empty());
  CHECK(server.wait_for_log("connections_per_address"));
  first->close();
  first.reset();
  REQUIRE(server.wait_until([&] { return server.server().sessions() == 1; }));
  second.receive_text();
  second.send("4x");
  CHECK(second.receive_text() == "4x");
}

TEST_CASE("Sessions over the limit are refused with 503 until one has ended") {
  auto options = patient_options();
  options.connections = 3;
  echo_server server(options);
  http_client client(server.port());
  std::string id;
  for (int i = 0; i < 3; ++i)
    id = session_id_of(client.get(polling_target).body);
  auto refused = client.get(polling_target);
  CHECK(refused.status == 503);
  CHECK(refused.body == "too many sessions");
  CHECK_THROWS_AS(websocket_client(server.port(), websocket_target), boost::system::system_error);
  CHECK(client.post(polling_target + "&sid=" + id, "abc").status == 400);
  CHECK(client.get(polling_target).status == 200);
}

TEST_CASE("The server goes on accepting when it was out of descriptors") {
  echo_server server(patient_options());
  // server and client share the process's descriptors, so the client's is taken before they run out
  boost::asio::io_context io;
  boost::asio::ip::tcp::socket waiting(io, boost::asio::ip::tcp::v4());
  rlimit before{};
  REQUIRE(getrlimit(RLIMIT_NOFILE, &before) == 0);
  rlimit lowered = before;
  lowered.rlim_cur = 64;
  REQUIRE(setrlimit(RLIMIT_NOFILE, &lowered) == 0);
  std::vector<std::ifstream> files;
  do
    files.emplace_back("/dev/null");
  while (files.back().is_open());
  waiting.connect({boost::asio::ip::address_v4::loopback(), server.port()});
  bool told = server.wait_for_log("cannot accept connections");
  files.clear();
  REQUIRE(setrlimit(RLIMIT_NOFILE, &before) == 0);
  CHECK(told);
  CHECK(server.log().size() == 1);
  CHECK(http_client(server.port()).get("/healthz").status == 200);
}
