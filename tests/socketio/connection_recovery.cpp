#include "net/socketio/arguments.hpp"
#include "net/socketio/recovery_log.hpp"
#include "socketio/connection_fixture.hpp"

#include <catch2/catch.hpp>

#include <any>
#include <memory>
#include <string>
#include <vector>

using namespace ocelli::socketio;
using namespace ocelli::socketio::tests;
using ocelli::engineio::close_reason;

namespace {

/// With connection state recovery, namespaces `/` and `/custom` which do not greet.
struct recovery_fixture : connection_fixture {
  recovery_fixture() {
    auto& options = settings->options.recovery;
    options.enabled = true;
    log = std::make_shared<recovery_log>(context.get_executor(), options, 100, 10'000);
    settings->namespaces = std::make_shared<namespace_registry>(log);
    for (const auto* name : {"/", "/custom"}) {
      auto& clients = settings->namespaces->of(name);
      watch(clients);
      clients.on_connection([this](const socket_ptr& client) { sockets.push_back(client); });
    }
  }
  ~recovery_fixture() { log->stop(); }
  recovery_fixture(const recovery_fixture&) = delete;
  recovery_fixture& operator=(const recovery_fixture&) = delete;

  /// Joins namespace `/` and reads what the client needs to come back.
  void join(const std::string& auth = "") {
    open();
    const auto sent = exchange("0" + auth);
    pid = find_string(sent.at(0).substr(1), "pid").value();
    missed.assign(sent.begin() + 1, sent.end());
  }

  /// Emits an event and remembers its offset.
  void emit(const std::string& name) {
    sockets.back()->emit(name, "1");
    offset = offset_of(session->take_sent().at(0));
  }

  static std::string offset_of(const std::string& text) {
    const auto begin = text.rfind(",\"") + 2;
    return text.substr(begin, text.rfind('"') - begin);
  }

  /// The object by which the client is known again.
  std::string credentials() const {
    return R"({"token":"t","pid":")" + pid + R"(","offset":")" + offset + R"("})";
  }

  void lose(close_reason reason = close_reason::transport_close) { session->end(reason); }

  std::shared_ptr<recovery_log> log;
  std::string pid;
  std::string offset;
  strings missed;
};

/// The event's text without its offset.
strings without_offsets(strings texts) {
  for (auto& text : texts)
    text.erase(text.rfind(",\""));
  return texts;
}

} // namespace

TEST_CASE_METHOD(
    recovery_fixture, "A client is given a secret, another than its id, and events carry offsets") {
  join();
  CHECK(pid.size() == 20);
  CHECK(pid != sockets[0]->id());
  CHECK_FALSE(sockets[0]->recovered());
  sockets[0]->emit("a", "1");
  sockets[0]->emit("b", "");
  sockets[0]->emit("c", R"({"_placeholder":true,"num":0})", {make_attachment("x")});
  const auto sent = session->take_sent();
  REQUIRE(sent.size() == 4);
  CHECK(sent[0] == R"(2["a",1,")" + offset_of(sent[0]) + R"("])");
  CHECK(sent[1] == R"(2["b",")" + offset_of(sent[1]) + R"("])");
  CHECK(sent[2] == R"(51-["c",{"_placeholder":true,"num":0},")" + offset_of(sent[2]) + R"("])");
  CHECK(offset_of(sent[0]) != offset_of(sent[1]));
}

TEST_CASE_METHOD(recovery_fixture,
    "Volatile events, and those that ask for an answer, carry no offset and are not kept") {
  join();
  emit("seen");
  sockets[0]->emit("a", "1", {}, true);
  sockets[0]->emit_with_ack("b", "1", std::chrono::hours(1), [](const answer&) {});
  settings->namespaces->of("/").broadcast().emit("c", "1", {}, true);
  CHECK(session->take_sent() == strings{R"(2["a",1])", R"(20["b",1])", R"(2["c",1])"});
  lose();
  join(credentials());
  CHECK(sockets.back()->recovered());
  CHECK(missed.empty());
}

TEST_CASE_METHOD(recovery_fixture,
    "A client that was cut off comes back under its id, in its rooms, with its data") {
  const auto reason = GENERATE(close_reason::transport_close, close_reason::transport_error,
      close_reason::ping_timeout, close_reason::forced_close, close_reason::too_slow);
  join();
  emit("seen");
  sockets[0]->join("x");
  sockets[0]->data() = 7;
  const auto secret = pid;
  lose(reason);
  join(credentials());
  REQUIRE(sockets.size() == 2);
  CHECK(sockets[1]->recovered());
  CHECK(sockets[1]->id() == sockets[0]->id());
  CHECK(pid == secret);
  CHECK(sockets[1]->rooms() == strings{"x"});
  CHECK(std::any_cast<int>(sockets[1]->data()) == 7);
  CHECK(find_string(sockets[1]->auth(), "token") == "t");
  CHECK(settings->namespaces->of("/").to("x").sockets() == std::vector<socket_ptr>{sockets[1]});
}

TEST_CASE_METHOD(recovery_fixture,
    "What a client missed follows its connect packet, in order, with its attachments") {
  join();
  emit("seen");
  sockets[0]->join("x");
  auto& space = settings->namespaces->of("/");
  // what was queued for the old connection got lost with it
  sockets[0]->emit("lost", "1");
  lose();
  space.to("x").emit("room", "2");
  space.to("y").emit("other room", "3");
  space.broadcast().emit("all", "4");
  CHECK(sockets[0]->emit("own", "5") == send_result::accepted);
  settings->namespaces->of("/custom").broadcast().emit("other namespace", "6");
  space.broadcast().emit("binary", R"({"_placeholder":true,"num":0})", {make_attachment("x")});
  join(credentials());
  REQUIRE(missed.size() == 6);
  CHECK(missed.back() == "binary:x");
  missed.pop_back();
  CHECK(without_offsets(missed) == strings{R"(2["lost",1)", R"(2["room",2)", R"(2["all",4)",
                                       R"(2["own",5)",
                                       R"(51-["binary",{"_placeholder":true,"num":0})"});
  emit("next");
  CHECK(exchange(R"(2["message-with-ack"])").empty());
}

TEST_CASE_METHOD(recovery_fixture, "A client can be cut off and come back again and again") {
  join();
  emit("seen");
  const auto id = sockets[0]->id();
  for (int round = 0; round < 3; ++round) {
    lose();
    settings->namespaces->of("/").broadcast().emit("missed", std::to_string(round));
    join(credentials());
    REQUIRE(missed.size() == 1);
    offset = offset_of(missed[0]);
    CHECK(sockets.back()->id() == id);
  }
}

TEST_CASE_METHOD(
    recovery_fixture, "A client that left, was sent away or broke the rules joins anew") {
  join();
  emit("seen");
  SECTION("it left") { exchange("1"); }
  SECTION("the server disconnected it") {
    sockets[0]->disconnect();
    session->run_ready();
  }
  SECTION("it violated the protocol") { exchange("abc"); }
  SECTION("the server is shutting down") { lose(close_reason::server_shutting_down); }
  CHECK(sockets[0]->emit("late", "") == send_result::closed);
  join(credentials());
  CHECK_FALSE(sockets.back()->recovered());
  CHECK(sockets.back()->id() != sockets[0]->id());
}

TEST_CASE_METHOD(recovery_fixture,
    "Nobody comes back with a wrong secret or offset, in another namespace, or twice") {
  join();
  emit("seen");
  const auto right = credentials();
  lose();
  SECTION("secret") { pid = sockets[0]->id(); }
  SECTION("no secret") { pid = ""; }
  SECTION("offset") { offset = "99999"; }
  SECTION("no offset") { offset = ""; }
  SECTION("twice") { join(right); }
  SECTION("another namespace") {
    open();
    exchange("0/custom," + right);
    CHECK_FALSE(sockets.back()->recovered());
    pid = "";
  }
  join(credentials());
  CHECK_FALSE(sockets.back()->recovered());
  CHECK(sockets.back()->id() != sockets[0]->id());
  CHECK(sockets.back()->rooms().empty());
}

TEST_CASE_METHOD(
    recovery_fixture, "Credentials that are no strings are those of a client that joins anew") {
  const auto* auth =
      GENERATE(R"({"pid":5,"offset":[]})", R"({"pid":{"a":1}})", R"({"offset":"1"})");
  join(auth);
  CHECK_FALSE(sockets.back()->recovered());
}

TEST_CASE_METHOD(
    recovery_fixture, "A client that missed more than its write queue may take joins anew") {
  join();
  emit("seen");
  lose();
  for (int i = 0; i < 101; ++i)
    settings->namespaces->of("/").broadcast().emit("missed", "");
  join(credentials());
  CHECK_FALSE(sockets.back()->recovered());
  CHECK(missed.empty());
}

TEST_CASE_METHOD(recovery_fixture,
    "Middlewares are asked about a client that comes back only when the options say so") {
  std::vector<bool> asked;
  settings->namespaces->of("/").use([&](const socket_ptr& client, const continuation& next) {
    asked.push_back(client->recovered());
    next();
  });
  join();
  emit("seen");
  SECTION("not by default") {
    lose();
    join(credentials());
    CHECK(asked == std::vector<bool>{false});
  }
  SECTION("when they are not to be skipped") {
    settings->options.recovery.skip_middlewares = false;
    lose();
    join(credentials());
    CHECK(asked == std::vector<bool>{false, true});
  }
  CHECK(sockets.back()->recovered());
}

TEST_CASE_METHOD(recovery_fixture,
    "A client that is cut off while middlewares are asked about its return may return later") {
  std::vector<continuation> decisions;
  join();
  emit("seen");
  sockets[0]->join("x");
  lose();
  settings->options.recovery.skip_middlewares = false;
  auto& space = settings->namespaces->of("/");
  space.use([&](const socket_ptr&, const continuation& next) { decisions.push_back(next); });
  open();
  exchange("0" + credentials());
  lose();
  open();
  exchange("0" + credentials());
  space.broadcast().emit("meanwhile", "1");
  decisions.back()();
  session->run_ready();
  REQUIRE(sockets.size() == 2);
  CHECK(sockets[1]->recovered());
  CHECK(sockets[1]->rooms() == strings{"x"});
  CHECK(session->take_sent().size() == 2);
}

TEST_CASE_METHOD(
    recovery_fixture, "A client whose events have gone while middlewares were asked joins anew") {
  std::vector<continuation> decisions;
  join();
  emit("seen");
  sockets[0]->join("x");
  lose();
  settings->options.recovery.skip_middlewares = false;
  auto& space = settings->namespaces->of("/");
  space.use([&](const socket_ptr&, const continuation& next) { decisions.push_back(next); });
  open();
  exchange("0" + credentials());
  for (int i = 0; i < 101; ++i)
    space.broadcast().emit("missed", "");
  decisions.back()();
  session->run_ready();
  REQUIRE(sockets.size() == 2);
  CHECK_FALSE(sockets[1]->recovered());
  CHECK(sockets[1]->rooms().empty());
  const auto sent = session->take_sent();
  REQUIRE(sent.size() == 1);
  CHECK(find_string(sent[0].substr(1), "pid") != pid);
}

TEST_CASE_METHOD(recovery_fixture, "Without recovery no secret is given and no offset is sent") {
  settings->namespaces = std::make_shared<namespace_registry>();
  watch(settings->namespaces->of("/"));
  open();
  const auto sent = exchange(R"(0{"pid":"a","offset":"b"})");
  CHECK(sent.at(0) == R"(0{"sid":")" + sockets[0]->id() + R"("})");
  CHECK(sent.at(1) == R"(2["auth",{"pid":"a","offset":"b"}])");
}
