#include "net/socketio/namespace_registry.hpp"
#include "support/fake_socket.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

using namespace ocelli::socketio;
using ocelli::test::make_event;

namespace {

using texts = std::vector<std::string>;

struct registry_fixture {
  std::shared_ptr<namespace_registry> registry = std::make_shared<namespace_registry>();
};

bool is_numbered(std::string_view name) { return name.starts_with("/x-"); }

} // namespace

TEST_CASE("Handlers are called for their events, the catch-all one before") {
  namespace_handlers handlers;
  texts called;
  handlers.on_any([&](const socket_ptr&, const event& incoming) {
    called.push_back("any " + std::string(incoming.name));
  });
  handlers.on("a", [&](const socket_ptr&, const event&) { called.emplace_back("a"); });
  const socket_ptr client = std::make_shared<ocelli::test::fake_socket>();
  handlers.handle_event(client, make_event("a", ""));
  handlers.handle_event(client, make_event("b", ""));
  CHECK(called == texts{"any a", "a", "any b"});
}

TEST_CASE("The second handler for a name takes the place of the first") {
  namespace_handlers handlers;
  texts called;
  for (const auto* name : {"first", "second"})
    handlers.on("a", [&, name](const socket_ptr&, const event&) { called.emplace_back(name); });
  handlers.handle_event(std::make_shared<ocelli::test::fake_socket>(), make_event("a", ""));
  CHECK(called == texts{"second"});
}

TEST_CASE_METHOD(
    registry_fixture, "A fixed namespace is there from the start, and is always the same") {
  auto& space = registry->of("/chat");
  CHECK(&registry->of("/chat") == &space);
  CHECK(registry->open("/chat").get() == &space);
  CHECK(registry->find("/chat").get() == &space);
  CHECK(space.name() == "/chat");
  CHECK_FALSE(registry->open("/other"));
  CHECK_FALSE(registry->find("/other"));
}

TEST_CASE_METHOD(registry_fixture, "A namespace by predicate exists as long as somebody holds it") {
  registry->of(is_numbered);
  CHECK_FALSE(registry->find("/x-1"));
  auto first = registry->open("/x-1");
  REQUIRE(first);
  CHECK(first->name() == "/x-1");
  CHECK(registry->open("/x-1") == first);
  CHECK(registry->find("/x-1") == first);
  const auto second = registry->open("/x-2");
  CHECK(second != first);
  CHECK(registry->dynamic_count() == 2);
  first.reset();
  CHECK(registry->dynamic_count() == 1);
  CHECK_FALSE(registry->find("/x-1"));
  CHECK_FALSE(registry->open("/y-1"));
}

TEST_CASE_METHOD(
    registry_fixture, "Namespaces by predicate share the handlers of the first that matches") {
  texts called;
  registry->of(is_numbered).on_connection([&](const socket_ptr&) { called.emplace_back("x"); });
  registry->of([](std::string_view) { return true; }).on_connection([&](const socket_ptr&) {
    called.emplace_back("all");
  });
  const socket_ptr client = std::make_shared<ocelli::test::fake_socket>();
  registry->open("/x-1")->handle_connection(client);
  registry->open("/x-2")->handle_connection(client);
  registry->open("/y")->handle_connection(client);
  CHECK(called == texts{"x", "x", "all"});
}

TEST_CASE_METHOD(registry_fixture, "A fixed namespace comes before a predicate that matches it") {
  registry->of(is_numbered);
  auto& fixed = registry->of("/x-1");
  CHECK(registry->open("/x-1").get() == &fixed);
  CHECK(registry->dynamic_count() == 0);
}

TEST_CASE_METHOD(registry_fixture, "A namespace may outlive its server") {
  registry->of(is_numbered);
  const auto space = registry->open("/x-1");
  registry.reset();
  CHECK(space->name() == "/x-1");
}

TEST_CASE_METHOD(
    registry_fixture, "Namespaces may be opened and left by several threads at the same time") {
  registry->of(is_numbered);
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int round = 0; round < 500; ++round) {
        const auto name = "/x-" + std::to_string(round % 3);
        const auto space = registry->open(name);
        if (!space || space->name() != name)
          ++wrong;
      }
    });
  }
  for (auto& thread : threads)
    thread.join();
  CHECK(wrong == 0);
  CHECK(registry->dynamic_count() == 0);
}
