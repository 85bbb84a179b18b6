#include "net/socketio/client_socket.hpp"

#include "socketio/connection_fixture.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <thread>

using namespace ocelli::socketio;
using namespace ocelli::socketio::tests;
using ocelli::engineio::close_reason;

TEST_CASE_METHOD(connection_fixture, "Emitting writes name, arguments and attachments") {
  open_and_join();
  const auto bytes = std::make_shared<const std::string>("\x01\x02");
  sockets[0]->emit("plain", "");
  sockets[0]->emit("with \"quotes\"", R"(1,[2])");
  sockets[0]->emit("binary", R"({"_placeholder":true,"num":0})", {{true, bytes}});
  CHECK(session->take_sent() == strings{R"(2["plain"])", R"(2["with \"quotes\"",1,[2]])",
                                    R"(51-["binary",{"_placeholder":true,"num":0}])",
                                    "binary:\x01\x02"});
  CHECK(session->groups.back()[1].data == bytes);
}

TEST_CASE_METHOD(connection_fixture, "A volatile event is handed on as volatile, others are not") {
  open_and_join();
  session->volatile_flags.clear();
  sockets[0]->emit("a", "");
  sockets[0]->emit("b", "", {}, true);
  CHECK(session->volatile_flags == std::vector<bool>{false, true});
}

TEST_CASE_METHOD(connection_fixture, "Emitting tells when the client is too slow") {
  open_and_join();
  session->is_full = true;
  CHECK(sockets[0]->emit("a", "") == send_result::full);
}

TEST_CASE_METHOD(connection_fixture, "Emitting from another thread reaches the client") {
  open_and_join();
  std::thread([&] { sockets[0]->emit("from-thread", "1"); }).join();
  CHECK(session->take_sent() == strings{R"(2["from-thread",1])"});
}

TEST_CASE_METHOD(connection_fixture,
    "A socket that the server disconnects tells the client and keeps the connection") {
  open_and_join();
  exchange("0/custom,");
  sockets[1]->disconnect();
  CHECK(sockets[1]->emit("late", "") == send_result::closed);
  sockets[1]->disconnect();
  session->run_ready();
  CHECK(session->take_sent() == strings{"1/custom,"});
  CHECK(reasons == strings{"server namespace disconnect"});
  CHECK_FALSE(session->closed);
  CHECK(exchange(R"(2["message"])") == strings{R"(2["message-back"])"});
}

TEST_CASE_METHOD(
    connection_fixture, "What the client sent before it learnt of the disconnect is no violation") {
  open_and_join();
  SECTION("before the connection has noticed") { sockets[0]->disconnect(); }
  SECTION("after it") {
    sockets[0]->disconnect();
    session->run_ready();
  }
  session->take_sent();
  CHECK(exchange(R"(2["message"])").empty());
  session->receive(R"(51-["message",{"_placeholder":true,"num":0}])");
  session->receive_binary("x");
  CHECK(exchange("1").empty());
  CHECK_FALSE(session->closed);
  CHECK(reasons == strings{"server namespace disconnect"});
}

TEST_CASE_METHOD(
    connection_fixture, "A client may join again after the server has disconnected it") {
  open_and_join();
  sockets[0]->disconnect();
  session->take_sent();
  SECTION("before the connection has noticed") {
    session->handler->on_message(make_message("0"), {});
    session->run_ready();
  }
  SECTION("after it") {
    session->run_ready();
    session->receive("0");
  }
  CHECK(session->take_sent().size() == 2);
  CHECK(reasons == strings{"server namespace disconnect"});
  CHECK(sockets.size() == 2);
  CHECK(sockets[1]->id() != sockets[0]->id());
  CHECK(exchange(R"(2["message"])") == strings{R"(2["message-back"])"});
}

TEST_CASE_METHOD(
    connection_fixture, "A disconnect that closes leaves every namespace and closes the session") {
  open_and_join();
  exchange("0/custom,");
  sockets[0]->disconnect(true);
  session->run_ready();
  CHECK(session->take_sent() == strings{"1", "1/custom,"});
  CHECK(session->closed == close_reason::forced_close);
  CHECK(reasons == strings{"server namespace disconnect", "server namespace disconnect"});
}

TEST_CASE_METHOD(
    connection_fixture, "An acknowledgement that comes after the client has left does nothing") {
  acknowledgement kept;
  settings->namespaces->of("/keep").on_any(
      [&](const socket_ptr&, const event& incoming) { kept = incoming.acknowledge; });
  open();
  exchange("0/keep,");
  exchange(R"(2/keep,1["x"])");
  REQUIRE(kept);
  session->end(close_reason::transport_close);
  CHECK(kept("1") == send_result::closed);
  CHECK(session->take_sent().empty());
}

TEST_CASE_METHOD(
    connection_fixture, "An event outlives the message that brought it while its owner is kept") {
  std::vector<event> kept;
  settings->namespaces->of("/keep").on_any(
      [&](const socket_ptr&, const event& incoming) { kept.push_back(incoming); });
  open();
  exchange("0/keep,");
  exchange(R"(2/keep,["name",{"a":1}])");
  exchange(R"(2/keep,["n\u0061me",{"a":1}])");
  session->receive(R"(51-/keep,["name",{"_placeholder":true,"num":0}])");
  session->receive_binary("bytes");
  REQUIRE(kept.size() == 3);
  CHECK(kept[0].name == "name");
  CHECK(kept[0].arguments == R"({"a":1})");
  CHECK(kept[1].name == "name");
  CHECK(kept[2].attachments.at(0).bytes == "bytes");
}
