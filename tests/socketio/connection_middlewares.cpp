#include "net/socketio/arguments.hpp"
#include "socketio/connection_fixture.hpp"

#include <catch2/catch.hpp>

#include <any>
#include <chrono>
#include <string>
#include <vector>

using namespace ocelli::socketio;
using namespace ocelli::socketio::tests;
using ocelli::engineio::close_reason;

namespace {

/// Namespace `/guarded`, whose clients wait until `next` is called.
struct guarded_fixture : connection_fixture {
  guarded_fixture() {
    auto& guarded = settings->namespaces->of("/guarded");
    watch(guarded);
    guarded.use([this](const socket_ptr& client, const continuation& next) {
      waiting.push_back(client);
      decisions.push_back(next);
    });
  }

  void pass() {
    decisions.back()();
    session->run_ready();
  }

  std::vector<socket_ptr> waiting;
  std::vector<continuation> decisions;
};

} // namespace

TEST_CASE_METHOD(guarded_fixture, "A client joins when the middleware lets it pass") {
  open();
  CHECK(exchange(R"(0/guarded,{"token":"t"})").empty());
  CHECK(find_string(waiting.at(0)->auth(), "token") == "t");
  CHECK_FALSE(waiting[0]->connected());
  CHECK(waiting[0]->emit("early", "") == send_result::closed);
  CHECK(sockets.empty());
  pass();
  REQUIRE(sockets.size() == 1);
  CHECK(sockets[0] == waiting[0]);
  const auto sent = session->take_sent();
  CHECK(sent.at(0) == R"(0/guarded,{"sid":")" + sockets[0]->id() + R"("})");
  CHECK(exchange(R"(2/guarded,["message",1])") == strings{R"(2/guarded,["message-back",1])"});
}

TEST_CASE_METHOD(guarded_fixture,
    "A client that is refused is told the message and the data, and may try again") {
  open();
  exchange("0/guarded,");
  SECTION("with data") {
    decisions[0].refuse("not \"you\"", R"({"retry":5})");
    session->run_ready();
    CHECK(session->take_sent() ==
          strings{R"(4/guarded,{"message":"not \"you\"","data":{"retry":5}})"});
  }
  SECTION("without") {
    decisions[0].refuse("no");
    session->run_ready();
    CHECK(session->take_sent() == strings{R"(4/guarded,{"message":"no"})"});
  }
  CHECK_FALSE(session->closed);
  CHECK(sockets.empty());
  CHECK(reasons.empty());
  exchange("0/guarded,");
  pass();
  CHECK(sockets.size() == 1);
}

TEST_CASE_METHOD(guarded_fixture, "A client whose middleware takes too long is refused") {
  settings->options.middleware_timeout = std::chrono::milliseconds(0);
  open();
  session->handler->on_message(make_message("0/guarded,"), {});
  context.restart();
  context.run_one();
  CHECK(session->take_sent() == strings{R"(4/guarded,{"message":"Middleware timed out"})"});
  pass();
  CHECK(session->take_sent().empty());
  CHECK(sockets.empty());
}

TEST_CASE_METHOD(guarded_fixture, "Other namespaces work while a middleware is asked") {
  open_and_join();
  exchange("0/guarded,");
  CHECK(exchange(R"(2["message",1])") == strings{R"(2["message-back",1])"});
  pass();
  CHECK(sockets.size() == 2);
}

TEST_CASE_METHOD(guarded_fixture, "A client that leaves while a middleware is asked harms nobody") {
  open();
  exchange("0/guarded,");
  session->end(close_reason::transport_close);
  std::weak_ptr<ocelli::socketio::socket> watched = waiting[0];
  waiting.clear();
  SECTION("the connection is still there") {}
  SECTION("the connection has gone") { release(); }
  CHECK(watched.expired());
  pass();
  CHECK(session->take_sent().empty());
  CHECK(sockets.empty());
  CHECK(reasons.empty());
  context.restart();
  CHECK(context.run() == 0);
}

TEST_CASE_METHOD(guarded_fixture, "Violations close the connection while a middleware is asked") {
  const auto* text = GENERATE("0/guarded,", R"(2/guarded,["message"])", "1/guarded,",
      "3/guarded,0[]", R"(51-/guarded,["message",{"_placeholder":true,"num":0}])");
  open_and_join();
  exchange("0/guarded,");
  CHECK(exchange(text).empty());
  CHECK(session->closed == close_reason::parse_error);
  CHECK(reasons == strings{"forced server close"});
  pass();
  CHECK(sockets.size() == 1);
}

TEST_CASE_METHOD(
    guarded_fixture, "A client that waits for a middleware counts as one that has not joined") {
  SECTION("for the time to join") {
    settings->options.connect_timeout = std::chrono::milliseconds(0);
    open();
    session->handler->on_message(make_message("0/guarded,"), {});
    context.restart();
    context.run_one();
    CHECK(session->closed == close_reason::forced_close);
  }
  SECTION("not for the number of namespaces") {
    settings->options.namespaces = 1;
    open();
    exchange("0/guarded,");
    CHECK(exchange("0/custom,") == strings{R"(4/custom,{"message":"Too many namespaces"})"});
  }
}

TEST_CASE_METHOD(
    guarded_fixture, "What a middleware keeps with a client is there when the client joins") {
  open();
  exchange("0/guarded,");
  waiting[0]->data() = std::string("user 7");
  pass();
  CHECK(std::any_cast<std::string>(sockets.at(0)->data()) == "user 7");
}

TEST_CASE_METHOD(
    guarded_fixture, "A disconnect that closes reaches a client that waits in another namespace") {
  open_and_join();
  exchange("0/guarded,");
  sockets[0]->disconnect(true);
  session->run_ready();
  CHECK(session->take_sent() == strings{"1"});
  CHECK(session->closed == close_reason::forced_close);
  pass();
  CHECK(sockets.size() == 1);
}
