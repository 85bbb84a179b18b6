#include "net/service/service.hpp"

#include "support/fake_socket.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scheduler/test_coordinator.hpp>
#include <caf/send.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <catch2/catch.hpp>

using namespace ocelli;
using test::make_event;

namespace {

/// What a SESSION was told.
struct told {
  std::vector<actors::frame_event_ptr> frames;
  std::vector<actors::question_event> questions;
  std::vector<std::string> stops;
  bool closed = false;
};

actors::session_actor::behavior_type probe(
    actors::session_actor::pointer self, std::shared_ptr<told> log) {
  return {
      [log](actors::atom::frame, const actors::frame_event_ptr& frame) {
        log->frames.push_back(frame);
      },
      [log](actors::atom::question, const actors::question_event& asked) {
        log->questions.push_back(asked);
      },
      [log](actors::atom::stop, const actors::stop_event& stop) { log->stops.push_back(stop.id); },
      [log, self](actors::atom::closed) {
        log->closed = true;
        self->quit();
      },
      [](actors::atom::abort) {},
      [](actors::atom::result, const actors::frame_result_ptr&) {},
      [](actors::atom::token, actors::question_id, const std::string&) {},
      [](actors::atom::answer, const actors::chat_result&) {},
  };
}

struct testing_config : caf::actor_system_config {
  testing_config() {
    add_message_types<caf::id_block::ocelli>();
    set("scheduler.policy", caf::atom("testing"));
  }
};

/// A client that is bound to a SESSION that only takes notes.
struct bound_client {
  bound_client() {
    service.bind(handlers);
    handlers.handle_connection(socket);
  }
  ~bound_client() { leave(); }
  void run() {
    auto& scheduler = dynamic_cast<caf::scheduler::test_coordinator&>(system.scheduler());
    while (scheduler.try_run_once()) {
    }
  }
  void receive(const socketio::event& incoming) {
    handlers.handle_event(socket, incoming);
    run();
  }
  void leave() {
    if (!log->closed)
      handlers.handle_disconnect(socket, "transport close");
    run();
  }

  testing_config configured;
  caf::actor_system system{configured};
  std::shared_ptr<told> log = std::make_shared<told>();
  std::shared_ptr<actors::byte_budget> budget = std::make_shared<actors::byte_budget>(1 << 20);
  std::shared_ptr<test::fake_socket> socket = std::make_shared<test::fake_socket>();
  actors::reply_sink_ptr sink;
  socketio::namespace_handlers handlers;
  net::service service{config::settings{},
      [this](actors::reply_sink_ptr replies) {
        sink = std::move(replies);
        return system.spawn(probe, log);
      },
      *budget};
};

/// An event that asks for an acknowledgement, and what came back.
socketio::event asking(socketio::event incoming, std::vector<std::string>& got) {
  incoming.acknowledge = socketio::acknowledgement{[&got](std::string arguments, const auto&) {
    got.push_back(std::move(arguments));
    return socketio::send_result::accepted;
  }};
  return incoming;
}

} // namespace

TEST_CASE("a frame reaches the session, with an acknowledgement only when one was asked for") {
  bound_client client;
  std::vector<std::string> got;
  client.receive(make_event("frame", R"("YWJj")"));
  client.receive(asking(make_event("frame", R"({"image":"YWJj","id":1})"), got));
  auto& frames = client.log->frames;
  REQUIRE(frames.size() == 2);
  CHECK(frames[0]->image.bytes.size() == 3);
  CHECK_FALSE(frames[0]->reply.acknowledgement);
  CHECK(frames[1]->reply.id == "1");
  REQUIRE(frames[1]->reply.acknowledgement);
  CHECK(got.empty());
  client.sink->acknowledge(*frames[1]->reply.acknowledgement, {"Bag", "1", {}});
  CHECK(got == std::vector<std::string>{R"({"message":"Bag","id":1})"});
}

TEST_CASE("a frame without an image reaches the session as a failure, with its acknowledgement") {
  bound_client client;
  std::vector<std::string> got;
  client.receive(asking(make_event("frame", "null"), got));
  REQUIRE(client.log->frames.size() == 1);
  CHECK(client.log->frames[0]->failure == "no image in frame");
  CHECK(client.log->frames[0]->reply.acknowledgement);
}

TEST_CASE("a question reaches the session, with an acknowledgement only when one was asked for") {
  bound_client client;
  std::vector<std::string> got;
  client.receive(make_event("message", R"({"message":"Why?"})"));
  client.receive(asking(make_event("message", R"({"message":"How?"})"), got));
  auto& questions = client.log->questions;
  REQUIRE(questions.size() == 2);
  CHECK(questions[0].text == "Why?");
  CHECK_FALSE(questions[0].reply.acknowledgement);
  CHECK(questions[1].text == "How?");
  CHECK(questions[1].reply.acknowledgement);
}

TEST_CASE("a stop reaches the session and is acknowledged at once") {
  bound_client client;
  std::vector<std::string> got;
  client.receive(asking(make_event("stop", R"({"id":"a"})"), got));
  CHECK(client.log->stops == std::vector<std::string>{R"("a")"});
  CHECK(got == std::vector<std::string>{""});
}

TEST_CASE("an unknown event is ignored and not acknowledged") {
  bound_client client;
  std::vector<std::string> got;
  client.receive(asking(make_event("frames", R"("YWJj")"), got));
  CHECK(client.log->frames.empty());
  CHECK(got.empty());
  CHECK(client.socket->sent.empty());
}

TEST_CASE("a client that leaves ends its session and its acknowledgements") {
  bound_client client;
  std::vector<std::string> got;
  client.receive(asking(make_event("frame", R"("YWJj")"), got));
  client.leave();
  CHECK(client.log->closed);
  client.sink->acknowledge(*client.log->frames.at(0)->reply.acknowledgement, {"Bag", "", {}});
  CHECK(got.empty());
  // what the socket still delivers finds nobody
  client.receive(make_event("frame", R"("YWJj")"));
  CHECK(client.log->frames.size() == 1);
}

TEST_CASE("what a client sent gives its bytes back when its session is done with it") {
  bound_client client;
  client.receive(make_event("frame", R"("YWJj")"));
  client.receive(make_event("message", R"("Why?")"));
  CHECK(client.budget->used() > 2 * actors::byte_budget::overhead);
  client.log->frames.clear();
  client.log->questions.clear();
  CHECK(client.budget->used() == 0);
}
