#include "net/socketio/middleware.hpp"

#include "net/socketio/middleware_run.hpp"
#include "support/fake_socket.hpp"

#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

using namespace ocelli::socketio;
using namespace std::chrono_literals;

namespace {

using texts = std::vector<std::string>;

/// A run over middlewares, and how it ended.
struct noted_run {
  void start(std::chrono::milliseconds timeout = 1h) {
    run = std::make_shared<middleware_run>(
        client, middlewares, context.get_executor(), [this](const std::optional<refusal>& refused) {
          ends.push_back(refused ? "refused: " + refused->message + refused->data : "passed");
        });
    run->start(timeout);
  }
  void poll() {
    context.restart();
    context.poll();
  }

  /// Adds one that notes its name and keeps what it got.
  void add(const std::string& name) {
    middlewares.push_back([this, name](const socket_ptr&, const continuation& next) {
      asked.push_back(name);
      kept.push_back(next);
    });
  }

  boost::asio::io_context context;
  socket_ptr client = std::make_shared<ocelli::test::fake_socket>();
  std::vector<middleware> middlewares;
  std::vector<continuation> kept;
  std::shared_ptr<middleware_run> run;
  texts asked;
  texts ends;
};

} // namespace

TEST_CASE("Of several decisions the first counts") {
  texts decisions;
  const continuation next([&](const std::optional<refusal>& refused) {
    decisions.push_back(refused ? refused->message : "passed");
  });
  const auto copy = next;
  SECTION("to pass") {
    copy();
    next.refuse("late");
    next();
    CHECK(decisions == texts{"passed"});
  }
  SECTION("to refuse") {
    next.refuse("no");
    copy();
    copy.refuse("no again");
    CHECK(decisions == texts{"no"});
  }
}

TEST_CASE_METHOD(
    noted_run, "Middlewares are asked one after the other, each when the one before lets pass") {
  add("first");
  add("second");
  start();
  CHECK(asked == texts{"first"});
  poll();
  CHECK(asked == texts{"first"});
  kept[0]();
  CHECK(asked == texts{"first"});
  poll();
  CHECK(asked == texts{"first", "second"});
  CHECK(ends.empty());
  kept[1]();
  poll();
  CHECK(ends == texts{"passed"});
}

TEST_CASE_METHOD(noted_run, "After a refusal nobody else is asked") {
  add("first");
  add("second");
  start();
  kept[0].refuse("no", "{}");
  poll();
  CHECK(asked == texts{"first"});
  CHECK(ends == texts{"refused: no{}"});
}

TEST_CASE_METHOD(noted_run, "A decision may come from another thread") {
  add("first");
  start();
  std::thread([&] { kept[0](); }).join();
  CHECK(ends.empty());
  poll();
  CHECK(ends == texts{"passed"});
}

TEST_CASE_METHOD(noted_run,
    "A middleware that does not decide in time refuses the client, and is not heard later") {
  add("first");
  start(0ms);
  context.run();
  CHECK(ends == texts{"refused: Middleware timed out"});
  kept[0]();
  poll();
  CHECK(ends.size() == 1);
}

TEST_CASE_METHOD(noted_run, "A run that is cancelled has no outcome and holds no client") {
  add("first");
  start();
  SECTION("before the decision") {}
  SECTION("while the decision is on its way") { kept[0](); }
  CHECK(client.use_count() == 2);
  run->cancel();
  CHECK(client.use_count() == 1);
  kept[0].refuse("late");
  context.restart();
  context.run();
  CHECK(ends.empty());
}

TEST_CASE_METHOD(noted_run, "A decision after the end of the run does nothing") {
  add("first");
  start();
  run.reset();
  kept[0]();
  context.restart();
  CHECK(context.run() <= 1);
  CHECK(ends.empty());
}

TEST_CASE_METHOD(noted_run, "A middleware may decide in its own call") {
  for (int i = 0; i < 3; ++i)
    middlewares.push_back([](const socket_ptr&, const continuation& next) { next(); });
  start();
  CHECK(ends.empty());
  poll();
  CHECK(ends == texts{"passed"});
}
