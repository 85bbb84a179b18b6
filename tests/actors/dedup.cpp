#include "actors/dedup.hpp"

#include "support/deterministic_system.hpp"

#include <caf/scoped_actor.hpp>
#include <catch2/catch.hpp>

using namespace ocelli;

namespace {

struct dedup_fixture : test::deterministic_system {
  // scoped actors wait only for replies that are there already
  bool is_new(std::uint64_t client, const std::string& label) {
    caf::scoped_actor self(system, true);
    auto reply = self->request(dedup, caf::infinite, actors::atom::label_v, client, label);
    run();
    bool answer = false;
    reply.receive([&](bool value) { answer = value; }, [](const caf::error&) { FAIL("no reply"); });
    return answer;
  }

  actors::dedup_actor dedup = start(actors::dedup);
};

} // namespace

TEST_CASE_METHOD(
    dedup_fixture, "A label is new when it differs from the client's last one", "[dedup]") {
  CHECK(is_new(1, "cat"));
  CHECK_FALSE(is_new(1, "cat"));
  CHECK(is_new(1, "dog"));
  CHECK(is_new(1, "cat"));
}

TEST_CASE_METHOD(dedup_fixture, "Clients do not know of each other's labels", "[dedup]") {
  CHECK(is_new(1, "cat"));
  CHECK(is_new(2, "cat"));
  CHECK_FALSE(is_new(1, "cat"));
}

TEST_CASE_METHOD(dedup_fixture, "A forgotten client starts anew", "[dedup]") {
  CHECK(is_new(1, "cat"));
  CHECK(is_new(2, "cat"));
  tell(dedup, actors::atom::forget_v, std::uint64_t{1});
  CHECK(is_new(1, "cat"));
  CHECK_FALSE(is_new(2, "cat"));
}
