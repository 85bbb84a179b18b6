#include "net/socketio/arguments.hpp"
#include "net/socketio/broadcast_operator.hpp"
#include "net/socketio/name_space.hpp"
#include "socketio/connection_fixture.hpp"

#include <catch2/catch.hpp>

#include <memory>
#include <string>
#include <vector>

using namespace ocelli::socketio;
using namespace ocelli::socketio::tests;
using ocelli::engineio::close_reason;

namespace {

/// Three clients in namespace `/`; the first two are in room `x`.
struct three_joined : connection_fixture {
  three_joined() {
    open_and_join();
    for (int i = 0; i < 2; ++i)
      open_another()->take_sent();
    sockets[0]->join("x");
    sockets[1]->join("x");
  }

  /// What each client was sent since the last call, its events put together.
  strings take_sent() {
    strings all;
    for (const auto& each : {session, others[0], others[1]}) {
      all.emplace_back();
      for (const auto& text : each->take_sent())
        all.back() += text;
    }
    return all;
  }

  name_space& space = settings->namespaces->of("/");
};

} // namespace

TEST_CASE_METHOD(three_joined, "A broadcast reaches every client of the namespace, and no other") {
  const auto elsewhere = open_another("0/custom,");
  elsewhere->take_sent();
  CHECK(space.size() == 3);
  CHECK(space.broadcast().emit("a", "1") == 3);
  CHECK(take_sent() == strings{R"(2["a",1])", R"(2["a",1])", R"(2["a",1])"});
  CHECK(elsewhere->take_sent().empty());
}

TEST_CASE_METHOD(three_joined, "A broadcast is narrowed down by rooms and exceptions") {
  CHECK(space.to("x").emit("a", "") == 2);
  CHECK(take_sent() == strings{R"(2["a"])", R"(2["a"])", ""});
  CHECK(space.except("x").emit("b", "") == 1);
  CHECK(take_sent() == strings{"", "", R"(2["b"])"});
  CHECK(space.to("x").to(sockets[2]->id()).except(sockets[0]->id()).emit("c", "") == 2);
  CHECK(take_sent() == strings{"", R"(2["c"])", R"(2["c"])"});
  CHECK(space.to("nobody").emit("d", "") == 0);
}

TEST_CASE_METHOD(three_joined, "A client's own broadcast does not reach itself") {
  CHECK(sockets[0]->broadcast().emit("a", "") == 2);
  CHECK(take_sent() == strings{"", R"(2["a"])", R"(2["a"])"});
  CHECK(sockets[0]->to("x").emit("b", "") == 1);
  CHECK(take_sent() == strings{"", R"(2["b"])", ""});
}

TEST_CASE_METHOD(three_joined, "A broadcast is encoded once, and its clients share its bytes") {
  space.broadcast().emit("a", R"({"_placeholder":true,"num":0})", {make_attachment("bytes")});
  const auto& first = session->groups.back();
  REQUIRE(first.size() == 2);
  CHECK(*first[0].data == R"(51-["a",{"_placeholder":true,"num":0}])");
  for (const auto& other : others) {
    CHECK(other->groups.back()[0].data == first[0].data);
    CHECK(other->groups.back()[1].data == first[1].data);
  }
}

TEST_CASE_METHOD(three_joined, "A broadcast tells how many accepted it, and may be volatile") {
  others[0]->is_full = true;
  sockets[2]->disconnect();
  take_sent();
  session->volatile_flags.clear();
  CHECK(space.broadcast().emit("a", "", {}, true) == 1);
  CHECK(session->volatile_flags == std::vector<bool>{true});
}

TEST_CASE_METHOD(three_joined, "The clients of a room can be listed and disconnected") {
  CHECK(space.to("x").sockets().size() == 2);
  CHECK(space.broadcast().sockets().size() == 3);
  space.to("x").disconnect();
  session->run_ready();
  CHECK(take_sent() == strings{"1", "1", ""});
  CHECK(reasons == strings{"server namespace disconnect", "server namespace disconnect"});
  CHECK(space.size() == 1);
  CHECK_FALSE(session->closed);
  space.broadcast().disconnect(true);
  session->run_ready();
  CHECK(others[1]->closed == close_reason::forced_close);
}

TEST_CASE_METHOD(three_joined, "A client that leaves, in whatever way, is in no room any more") {
  SECTION("it leaves") { exchange("1"); }
  SECTION("its connection ends") { session->end(close_reason::transport_close); }
  SECTION("the server disconnects it") {
    sockets[0]->disconnect();
    session->run_ready();
  }
  CHECK(sockets[0]->rooms().empty());
  CHECK_FALSE(sockets[0]->join("x"));
  CHECK(space.to("x").sockets() == std::vector<socket_ptr>{sockets[1]});
  CHECK(space.size() == 2);
}

TEST_CASE_METHOD(three_joined, "A client that leaves is still in its rooms when that is told") {
  strings left;
  space.on_disconnect([&](const socket_ptr& client, std::string_view) {
    left = client->rooms();
    client->to("x").emit("left", "");
  });
  exchange("1");
  CHECK(left == strings{"x"});
  CHECK(take_sent() == strings{"", R"(2["left"])", ""});
}

TEST_CASE_METHOD(
    three_joined, "The rooms of a client are limited in number and in the length of names") {
  settings->options.rooms = 2;
  settings->options.name_bytes = 4;
  CHECK_FALSE(sockets[0]->join("12345"));
  CHECK(sockets[0]->join("1234"));
  CHECK_FALSE(sockets[0]->join("y"));
  sockets[0]->leave("x");
  CHECK(sockets[0]->join("y"));
  CHECK(sockets[0]->rooms() == strings{"1234", "y"});
}

TEST_CASE_METHOD(
    connection_fixture, "Nothing is broadcast to a client before it is told that it has joined") {
  std::size_t reached = 1;
  settings->namespaces->of("/").use([&](const socket_ptr& client, const continuation& next) {
    reached = client->name_space().broadcast().emit("early", "");
    CHECK_FALSE(client->join("x"));
    next();
  });
  open();
  const auto sent = exchange("0");
  CHECK(reached == 0);
  REQUIRE(sent.size() == 2);
  CHECK(sent[0].starts_with("0{"));
}

TEST_CASE_METHOD(connection_fixture,
    "A namespace by predicate is joined by its name, and ends with its last client") {
  watch(settings->namespaces->of([](std::string_view name) { return name.starts_with("/x-"); }));
  open();
  CHECK(exchange("0/x-1,").at(0).starts_with("0/x-1,{"));
  CHECK(exchange("0/y,") == strings{R"(4/y,{"message":"Invalid namespace"})"});
  const auto other = open_another("0/x-1,");
  open_another("0/x-2,");
  session->take_sent();
  CHECK(settings->namespaces->dynamic_count() == 2);
  CHECK(settings->namespaces->find("/x-1")->broadcast().emit("a", "") == 2);
  CHECK(session->take_sent() == strings{R"(2/x-1,["a"])"});
  sockets.clear();
  other->receive("1/x-1,");
  exchange("1/x-1,");
  CHECK(settings->namespaces->dynamic_count() == 1);
}
