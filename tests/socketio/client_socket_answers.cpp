#include "net/socketio/arguments.hpp"
#include "net/socketio/client_socket.hpp"
#include "socketio/connection_fixture.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <string>
#include <utility>

using namespace ocelli::socketio;
using namespace ocelli::socketio::tests;
using namespace std::chrono_literals;
using ocelli::engineio::close_reason;

namespace {

/// A client of which answers are asked.
struct asked_fixture : connection_fixture {
  asked_fixture() { open_and_join(); }

  send_result ask(const std::string& name, std::chrono::milliseconds timeout = 1h) {
    return sockets[0]->emit_with_ack(name, "1", timeout, [this, name](const answer& given) {
      switch (given.status) {
      case answer_status::answered:
        answers.push_back(name + ": " + std::string(given.arguments));
        break;
      case answer_status::timed_out:
        answers.push_back(name + " timed out");
        break;
      case answer_status::disconnected:
        answers.push_back(name + " disconnected");
        break;
      }
      for (const auto& each : given.attachments)
        answers.back() += " " + std::string(each.bytes);
    });
  }

  strings answers;
};

} // namespace

TEST_CASE_METHOD(asked_fixture, "A client's answers reach the handlers that wait for them") {
  CHECK(ask("a") == send_result::accepted);
  CHECK(ask("b") == send_result::accepted);
  CHECK(session->take_sent() == strings{R"(20["a",1])", R"(21["b",1])"});
  exchange(R"(31[2,"x"])");
  exchange("30[]");
  CHECK(answers == strings{R"(b: 2,"x")", "a: "});
}

TEST_CASE_METHOD(asked_fixture, "An answer may carry attachments, and so may the event") {
  sockets[0]->emit_with_ack(
      "a", R"({"_placeholder":true,"num":0})", 1h, [](const answer&) {}, {make_attachment("up")});
  CHECK(session->take_sent() == strings{R"(51-0["a",{"_placeholder":true,"num":0}])", "binary:up"});
  ask("b");
  session->receive(R"(61-1[{"_placeholder":true,"num":0}])");
  CHECK(answers.empty());
  session->receive_binary("down");
  CHECK(answers == strings{R"(b: {"_placeholder":true,"num":0} down)"});
}

TEST_CASE_METHOD(asked_fixture, "Answers that nobody waits for, or not any more, are ignored") {
  CHECK(exchange("30[]").empty());
  ask("a");
  exchange("30[1]");
  exchange("30[2]");
  exchange("399999999999[1]");
  CHECK(answers == strings{"a: 1"});
  CHECK_FALSE(session->closed);
}

TEST_CASE_METHOD(asked_fixture, "A handler is told when the time is over, and no more") {
  ask("late", 0ms);
  ask("patient");
  context.restart();
  while (answers.empty())
    context.run_one();
  CHECK(answers == strings{"late timed out"});
  exchange("30[1]");
  exchange("31[1]");
  CHECK(answers == strings{"late timed out", "patient: 1"});
}

TEST_CASE_METHOD(asked_fixture, "A shorter time that is set later ends earlier") {
  ask("patient", 1h);
  session->run_ready();
  ask("second", 2ms);
  ask("first", 1ms);
  context.restart();
  while (answers.size() < 2)
    context.run_one();
  CHECK(answers == strings{"first timed out", "second timed out"});
}

TEST_CASE_METHOD(asked_fixture, "Handlers are told when the client leaves, before its disconnect") {
  ask("a");
  ask("b");
  settings->namespaces->of("/").on_disconnect(
      [this](const socket_ptr&, std::string_view) { answers.emplace_back("left"); });
  SECTION("it leaves") { exchange("1"); }
  SECTION("its connection ends") { session->end(close_reason::transport_close); }
  SECTION("the server disconnects it") {
    sockets[0]->disconnect();
    session->run_ready();
  }
  CHECK(answers == strings{"a disconnected", "b disconnected", "left"});
  CHECK(ask("late") == send_result::closed);
  context.restart();
  CHECK(context.run() <= 1);
  CHECK(answers.size() == 3);
}

TEST_CASE_METHOD(asked_fixture, "As many answers are waited for as the limit and no more") {
  settings->options.acknowledgements = 2;
  ask("a");
  ask("b");
  session->take_sent();
  CHECK(ask("c") == send_result::full);
  CHECK(session->take_sent().empty());
  CHECK_FALSE(session->closed);
  exchange("30[]");
  CHECK(ask("d") == send_result::accepted);
  CHECK(session->take_sent() == strings{R"(22["d",1])"});
  CHECK(answers == strings{"a: "});
}

TEST_CASE_METHOD(asked_fixture, "An event that was not accepted calls no handler") {
  session->is_full = true;
  CHECK(ask("a") == send_result::full);
  session->is_full = false;
  exchange("30[]");
  exchange("1");
  CHECK(answers.empty());
}

TEST_CASE_METHOD(asked_fixture, "A handler may ask again") {
  sockets[0]->emit_with_ack("first", "", 1h, [this](const answer&) { ask("second"); });
  exchange("30[]");
  exchange("31[3]");
  CHECK(answers == strings{"second: 3"});
}
