#include "net/socketio/connection.hpp"
#include "socketio/connection_fixture.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace ocelli::socketio;
using namespace ocelli::socketio::tests;
using ocelli::engineio::close_reason;

namespace {

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

} // namespace

TEST_CASE_METHOD(
    connection_fixture, "A packet that is no packet closes a connection that has joined") {
  const auto* text = GENERATE("abc", "", "9", "2{}", "2", R"(2abc["message-with-ack"])",
      R"(2[{"toString":"foo"}])", "2[]", "2[null]", "2[true]", R"(2["connect"])",
      R"(2["disconnect",1])", R"(2["newListener"])", R"(50-["x"])", R"(511-["x"])",
      R"(51000000-["x"])", "5", "51", "5a-", "51.23-",
      R"(51-["x",{"_placeholder":true,"num":"splice"}])",
      R"(51-["x",{"_placeholder":true,"num":1}])", R"(51-["x",[{"_placeholder":true,"num":-1}]])",
      R"(51-["x",{"_placeholder":true,"num":1e9}])", "3[]", "31{}", "1{}", "2[\"\xFF\"]");
  open_and_join();
  CHECK(exchange(text).empty());
  CHECK(session->closed == close_reason::parse_error);
  CHECK(reasons == strings{"parse error"});
}

TEST_CASE_METHOD(connection_fixture, "A connect packet that is no packet closes the connection") {
  const auto* text =
      GENERATE("0[]", "0null", R"(0/custom,"invalid")", "0{", R"(0{"a":1}})", "0abc", "0/\xFF");
  open();
  CHECK(exchange(text).empty());
  CHECK(session->closed == close_reason::parse_error);
  CHECK(sockets.empty());
}

TEST_CASE_METHOD(
    connection_fixture, "A packet for a namespace that was not joined closes the connection") {
  const auto* text = GENERATE(R"(2["message"])", R"(2/custom,["message"])", "1", "30[]", "4{}",
      R"(51-["message",{"_placeholder":true,"num":0}])", R"(61-1[{"_placeholder":true,"num":0}])",
      R"(2/random,["message"])");
  open();
  CHECK(exchange(text).empty());
  CHECK(session->closed == close_reason::parse_error);
}

TEST_CASE_METHOD(
    connection_fixture, "An event after the client has left the namespace closes the connection") {
  open_and_join();
  exchange("1");
  exchange(R"(2["message"])");
  CHECK(session->closed == close_reason::parse_error);
}

TEST_CASE_METHOD(
    connection_fixture, "A second connect to the same namespace closes the connection") {
  open_and_join();
  CHECK(exchange("0").empty());
  CHECK(session->closed == close_reason::parse_error);
  CHECK(sockets.size() == 1);
}

TEST_CASE_METHOD(connection_fixture, "An attachment without a packet closes the connection") {
  SECTION("before joining") { open(); }
  SECTION("after joining") { open_and_join(); }
  SECTION("after a packet without attachments") {
    open_and_join();
    exchange(R"(2["message"])");
  }
  session->receive_binary("x");
  CHECK(session->closed == close_reason::parse_error);
}

TEST_CASE_METHOD(connection_fixture, "Text while attachments are missing closes the connection") {
  open_and_join();
  session->receive(R"(52-["message",{"_placeholder":true,"num":0}])");
  session->receive_binary("x");
  CHECK(exchange(R"(2["message"])").empty());
  CHECK(session->closed == close_reason::parse_error);
}

TEST_CASE_METHOD(
    connection_fixture, "Attachments over the limit of a message together close the connection") {
  settings->options.engine.message_bytes = 100;
  open_and_join();
  session->receive(R"(53-["message",{"_placeholder":true,"num":0}])");
  session->receive_binary(std::string(60, 'x'));
  CHECK_FALSE(session->closed);
  session->receive_binary(std::string(41, 'x'));
  CHECK(session->closed == close_reason::message_too_big);
}

TEST_CASE_METHOD(connection_fixture, "A client that lets its attachments wait is closed") {
  settings->options.attachment_timeout = std::chrono::milliseconds(0);
  open_and_join();
  session->handler->on_message(make_message(R"(51-["message",{"_placeholder":true,"num":0}])"), {});
  context.restart();
  context.run_one();
  CHECK(session->closed == close_reason::parse_error);
}

TEST_CASE_METHOD(connection_fixture,
    "A client whose attachments came is not closed when their time has passed") {
  settings->options.attachment_timeout = std::chrono::milliseconds(0);
  open_and_join();
  session->handler->on_message(make_message(R"(51-["message",{"_placeholder":true,"num":0}])"), {});
  session->handler->on_message(make_message("x", true), {});
  context.restart();
  context.run_one();
  CHECK_FALSE(session->closed);
  CHECK(session->take_sent().size() == 2);
}

TEST_CASE_METHOD(
    connection_fixture, "A million digits or a hundred thousand brackets close the connection") {
  const std::string digits(1'000'000, '9');
  const auto text = GENERATE_COPY(values<std::string>({"2" + digits + R"(["message"])",
      "5" + digits + R"(-["message"])", "3" + digits, "2[\"message\"," + std::string(100'000, '['),
      "2[\"message\"," + nested(100'000) + "]", "0" + std::string(100'000, '{')}));
  open_and_join();
  session->receive(text);
  CHECK(session->closed == close_reason::parse_error);
}

TEST_CASE_METHOD(
    connection_fixture, "A million digits are a number like another in an event's arguments") {
  open_and_join();
  const std::string digits(1'000'000, '9');
  CHECK(exchange("2[\"message\"," + digits + "]") == strings{"2[\"message-back\"," + digits + "]"});
}

TEST_CASE_METHOD(connection_fixture, "Nothing that follows a violation is looked at") {
  open_and_join();
  session->handler->on_message(make_message("abc"), {});
  session->handler->on_message(make_message(R"(2["message"])"), {});
  session->handler->on_message(make_message("x", true), {});
  session->handler->on_message(make_message("0/custom,"), {});
  session->run_ready();
  CHECK(session->take_sent().empty());
  CHECK(reasons == strings{"parse error"});
}

TEST_CASE_METHOD(connection_fixture, "Limits of depth and names come from the options") {
  settings->options.json_depth = 4;
  settings->options.name_bytes = 8;
  open_and_join();
  CHECK(exchange("2[\"message\"," + nested(3) + "]").size() == 1);
  SECTION("depth") { exchange("2[\"message\"," + nested(4) + "]"); }
  SECTION("name of an event") { exchange(R"(2["ninebytes"])"); }
  SECTION("name of a namespace") { exchange("0/12345678"); }
  CHECK(session->closed == close_reason::parse_error);
}

TEST_CASE_METHOD(connection_fixture, "The number of attachments is limited by the options") {
  settings->options.attachments = 2;
  open_and_join();
  exchange(R"(53-["message"])");
  CHECK(session->closed == close_reason::parse_error);
}

TEST_CASE_METHOD(
    connection_fixture, "A connection may join as many namespaces as the limit and no more") {
  settings->options.namespaces = 1;
  open_and_join();
  CHECK(exchange("0/custom,") == strings{R"(4/custom,{"message":"Too many namespaces"})"});
  CHECK_FALSE(session->closed);
  exchange("1");
  CHECK(exchange("0/custom,").size() == 2);
}

TEST_CASE_METHOD(connection_fixture, "Authentication data over the limit is refused") {
  settings->options.auth_bytes = 20;
  open();
  const std::string longest = R"({"token":"12345678"})";
  REQUIRE(longest.size() == 20);
  CHECK(exchange(R"(0{"token":"123456789"})") ==
        strings{R"(4{"message":"Authentication data too long"})"});
  CHECK_FALSE(session->closed);
  CHECK(exchange("0" + longest).size() == 2);
}

TEST_CASE_METHOD(connection_fixture,
    "The reason of a violation is logged with the client's address, not its id") {
  std::string line;
  settings->log = [&](std::string_view, const std::string& text) { line = text; };
  open_and_join();
  exchange(R"(50-["x"])");
  CHECK(line == "client 192.0.2.1 is closed: illegal number of attachments");
}
