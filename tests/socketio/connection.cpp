#include "net/socketio/connection.hpp"

#include "socketio/connection_fixture.hpp"

#include <catch2/catch.hpp>

#include <regex>
#include <string>

using namespace ocelli::socketio;
using namespace ocelli::socketio::tests;
using ocelli::engineio::close_reason;

namespace {

bool matches(const std::string& text, const std::string& pattern) {
  return std::regex_match(text, std::regex(pattern));
}

} // namespace

TEST_CASE_METHOD(
    connection_fixture, "A client joins the main namespace and gets an id, and nothing but an id") {
  open();
  const auto sent = exchange("0");
  REQUIRE(sent.size() == 2);
  CHECK(matches(sent[0], R"(0\{"sid":"[A-Za-z0-9_-]{20}"\})"));
  CHECK(sent[1] == R"(2["auth",{}])");
  REQUIRE(sockets.size() == 1);
  CHECK(sent[0].find(sockets[0]->id()) != std::string::npos);
  CHECK(sockets[0]->id() != session->id());
  CHECK(sockets[0]->name_space().name() == "/");
  CHECK(sockets[0]->connected());
  CHECK(sockets[0]->transport() == "websocket");
}

TEST_CASE_METHOD(connection_fixture,
    "What the client sends with its connect packet and its handshake is handed on") {
  open();
  CHECK(exchange(R"(0{"token":"123"})").at(1) == R"(2["auth",{"token":"123"}])");
  CHECK(sockets[0]->auth() == R"({"token":"123"})");
  CHECK(sockets[0]->request().remote_address == "192.0.2.1");
}

TEST_CASE_METHOD(
    connection_fixture, "A client joins another namespace, with and without a payload") {
  open();
  auto sent = exchange("0/custom,");
  REQUIRE(sent.size() == 2);
  CHECK(matches(sent[0], R"(0/custom,\{"sid":"[^"]+"\})"));
  CHECK(sent[1] == R"(2/custom,["auth",{}])");
  open();
  CHECK(exchange(R"(0/custom,{"token":"abc"})").at(1) == R"(2/custom,["auth",{"token":"abc"}])");
}

TEST_CASE_METHOD(
    connection_fixture, "A namespace that does not exist is refused and the connection lives on") {
  open();
  CHECK(exchange("0/random") == strings{R"(4/random,{"message":"Invalid namespace"})"});
  CHECK(exchange("0/random,{}") == strings{R"(4/random,{"message":"Invalid namespace"})"});
  CHECK_FALSE(session->closed);
  CHECK(exchange("0").size() == 2);
}

TEST_CASE_METHOD(
    connection_fixture, "Leaving the main namespace gets no reply and leaves the connection open") {
  open_and_join();
  CHECK(exchange("1").empty());
  CHECK_FALSE(session->closed);
  CHECK(reasons == strings{"client namespace disconnect"});
  CHECK_FALSE(sockets[0]->emit("late", "1") == send_result::accepted);
  CHECK(session->take_sent().empty());
}

TEST_CASE_METHOD(connection_fixture, "Leaving one namespace does not touch the other") {
  open_and_join();
  exchange("0/custom");
  exchange("1/custom,");
  CHECK(exchange(R"(2["message","message to main namespace"])") ==
        strings{R"(2["message-back","message to main namespace"])"});
}

TEST_CASE_METHOD(connection_fixture, "An event's arguments come back byte by byte") {
  open_and_join();
  CHECK(exchange(R"(2["message",1,"2",{"3":[true]}])") ==
        strings{R"(2["message-back",1,"2",{"3":[true]}])"});
  CHECK(exchange(R"(2["message"])") == strings{R"(2["message-back"])"});
}

TEST_CASE_METHOD(
    connection_fixture, "An event with attachments comes back with them, as one group") {
  open_and_join();
  const std::string two =
      R"(["message-back",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}])";
  session->receive(R"(52-["message",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}])");
  session->receive_binary("\x01\x02\x03");
  CHECK(session->take_sent().empty());
  session->receive_binary("\x04\x05\x06");
  CHECK(session->take_sent() == strings{"52-" + two, "binary:\x01\x02\x03", "binary:\x04\x05\x06"});
  CHECK(session->groups.back().size() == 3);
}

TEST_CASE_METHOD(
    connection_fixture, "An event tells when its first bytes came and when its last attachment") {
  using time_point = std::chrono::steady_clock::time_point;
  using namespace std::chrono_literals;
  time_point begun;
  time_point received;
  settings->namespaces->of("/").on_any([&](const socket_ptr&, const event& incoming) {
    begun = incoming.begun;
    received = incoming.received;
  });
  open_and_join();
  auto text = make_message(R"(51-["message",{"_placeholder":true,"num":0}])");
  text.begun = time_point{1s};
  auto attachment = make_message("x", true);
  attachment.begun = time_point{3s};
  session->handler->on_message(text, time_point{2s});
  session->handler->on_message(attachment, time_point{4s});
  CHECK(begun == time_point{1s});
  CHECK(received == time_point{4s});
}

TEST_CASE_METHOD(connection_fixture, "An event that asks for it is acknowledged under its id") {
  open_and_join();
  CHECK(exchange(R"(2456["message-with-ack",1,"2",{"3":[false]}])") ==
        strings{R"(3456[1,"2",{"3":[false]}])"});
  CHECK(exchange(R"(20["message-with-ack"])") == strings{"30[]"});
  exchange("0/custom,");
  CHECK(exchange(R"(2/custom,7["message-with-ack",1])") == strings{"3/custom,7[1]"});
}

TEST_CASE_METHOD(connection_fixture, "An acknowledgement carries attachments") {
  open_and_join();
  session->receive(
      R"(52-789["message-with-ack",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}])");
  session->receive_binary("one");
  session->receive_binary("two");
  CHECK(session->take_sent() ==
        strings{R"(62-789[{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}])",
            "binary:one", "binary:two"});
}

TEST_CASE_METHOD(connection_fixture, "An event without an id offers no acknowledgement") {
  open_and_join();
  CHECK(exchange(R"(2["message-with-ack",1])").empty());
  CHECK_FALSE(session->closed);
}

TEST_CASE_METHOD(connection_fixture, "An event that no handler was set for is dropped") {
  settings->namespaces->of("/quiet");
  open();
  exchange("0/quiet,");
  CHECK(exchange(R"(2/quiet,1["message"])").empty());
  CHECK_FALSE(session->closed);
}

TEST_CASE_METHOD(
    connection_fixture, "Acknowledgements that nobody waits for and connect errors are ignored") {
  open_and_join();
  const auto* text = GENERATE("3123[1]", "30[]", "4{}", R"(4{"message":"x"})", "4", "442[");
  CHECK(exchange(text).empty());
  CHECK_FALSE(session->closed);
}

TEST_CASE_METHOD(
    connection_fixture, "Binary acknowledgements that nobody waits for are read to their end") {
  open_and_join();
  exchange(R"(61-5[{"_placeholder":true,"num":0}])");
  session->receive_binary("x");
  CHECK_FALSE(session->closed);
  CHECK(exchange(R"(2["message",1])") == strings{R"(2["message-back",1])"});
}

TEST_CASE_METHOD(connection_fixture, "When the session ends every socket learns the reason once") {
  open_and_join();
  exchange("0/custom,");
  const auto [reason, name] =
      GENERATE(table<close_reason, std::string>({{close_reason::transport_close, "transport close"},
          {close_reason::ping_timeout, "ping timeout"},
          {close_reason::transport_error, "transport error"},
          {close_reason::server_shutting_down, "server shutting down"}}));
  session->end(reason);
  CHECK(reasons == strings{name, name});
  CHECK(sockets[0]->emit("late", "") == send_result::closed);
  sockets[0]->disconnect();
  session->run_ready();
  CHECK(reasons.size() == 2);
}

TEST_CASE_METHOD(connection_fixture, "A client that joins no namespace in time is closed") {
  settings->options.connect_timeout = std::chrono::milliseconds(0);
  open();
  SECTION("none at all") {}
  SECTION("only one that does not exist") {
    session->handler->on_message(make_message("0/random"), {});
  }
  context.run();
  CHECK(session->closed == close_reason::forced_close);
}

TEST_CASE_METHOD(connection_fixture,
    "A client that has joined a namespace is not closed for it, also after it has left") {
  settings->options.connect_timeout = std::chrono::milliseconds(0);
  open();
  session->handler->on_message(make_message("0"), {});
  session->handler->on_message(make_message("1"), {});
  context.run();
  CHECK_FALSE(session->closed);
}

TEST_CASE_METHOD(connection_fixture,
    "A connection whose session has ended leaves nothing to run and nothing in memory") {
  open_and_join();
  session->receive(R"(51-["message",{"_placeholder":true,"num":0}])");
  std::weak_ptr<ocelli::socketio::socket> watched = sockets[0];
  sockets.clear();
  session->end(close_reason::transport_close);
  context.restart();
  CHECK(context.run() == 0);
  session->handler.reset();
  CHECK(watched.expired());
}
