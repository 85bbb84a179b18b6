#include "pool_fixture.hpp"

#include <catch2/catch.hpp>

// What INFERENCE POOL does with what was learnt: who waits for whom, and which deadlines can be
// met.

using namespace ocelli;
using namespace std::chrono_literals;
using actors::frame_end;
using test::pool_fixture;

namespace {

// Clients that each have a frame waiting whenever a result is handed over to them.
struct clients_in_step : pool_fixture {
  clients_in_step() { inference.max_delay_ms = 5; }

  void start_in_step(std::uint64_t count) {
    last_client = count;
    start_pool(1, false);
    say_ready(0, 0, {5ms, 6ms, 8ms, 12ms});
    send_all(); // the first one runs alone, the others after it
    for (int round = 0; round < 10; ++round) {
      begin_batch();
      end_batch();
    }
  }

  void send_all() {
    ++last_frame;
    for (std::uint64_t client = 1; client <= last_client; ++client)
      send_frame(client, last_frame);
  }

  void begin_batch() {
    prepare_one();
    begin();
    send_all();
    advance(12ms);
  }

  // The results are handed over one by one.
  void end_batch() {
    finish(worker().given.back(), 12ms);
    for (std::uint64_t client = 1; client <= last_client; ++client) {
      advance(100us);
      for (const auto& result : results(client))
        hand_over(client, result.id);
    }
  }

  std::uint64_t last_client = 0;
  std::uint64_t last_frame = 0;
};

} // namespace

TEST_CASE_METHOD(clients_in_step,
    "Clients in step come into one batch when their results are handed over one by one",
    "[inference_pool]") {
  start_in_step(8);
  CHECK(preparer->seen.back()->items.size() == 8);
}

TEST_CASE_METHOD(clients_in_step,
    "A frame waits for the many of the running batch when that costs less", "[inference_pool]") {
  start_in_step(7);
  prepare_one();
  begin();
  send_all();
  auto batches = preparer->seen.size();
  send_frame(9, 1);
  advance(12ms); // by now the lone frame would be claimed
  REQUIRE(preparer->seen.size() == batches);
  end_batch();
  REQUIRE(preparer->seen.size() == batches + 1);
  CHECK(preparer->seen.back()->items.size() == 8);
}

TEST_CASE_METHOD(
    pool_fixture, "An idle worker claims when those it waits for do not come", "[inference_pool]") {
  inference.max_delay_ms = 5;
  start_pool(1, false);
  say_ready(0, 0, {50ms, 50ms, 50ms, 50ms});
  auto step = [this](std::uint64_t id) {
    send_frame(1, id);
    prepare_one();
    finish(worker().given.back(), 50ms);
    hand_over(1, id);
    advance(2ms); // then it sends the next one
  };
  for (std::uint64_t id = 1; id <= 20; ++id)
    step(id);
  send_frame(1, 21);
  prepare_one();
  finish(worker().given.back(), 50ms);
  send_frame(2, 1, 22);
  auto claimed = preparer->seen.size();
  advance(3ms);
  REQUIRE(preparer->seen.size() == claimed + 1);
  CHECK(images(*preparer->seen.back()) == std::vector<int>{22});
}

TEST_CASE_METHOD(
    pool_fixture, "A frame that cannot meet its deadline is told at once", "[inference_pool]") {
  start_pool(1, false);
  say_ready(0, 0, {20ms, 20ms, 30ms, 50ms});
  send_frame(1, 1);
  send_frame(2, 1, 22, 39ms); // the batch before it takes 20 ms, its own too
  send_frame(3, 1, 23, 41ms);
  REQUIRE(results(2).size() == 1);
  CHECK(results(2)[0].end == frame_end::rejected);
  CHECK(results(2)[0].failure == "overloaded");
  CHECK(results(3).empty());
  prepare_one();
  begin();
  advance(20ms);
  finish(worker().given[0], 20ms);
  CHECK(images(*preparer->seen.at(1)) == std::vector<int>{23});
}

TEST_CASE_METHOD(
    pool_fixture, "A frame that has become too late is not decoded any more", "[inference_pool]") {
  start_pool(1, false);
  say_ready(0, 0, {20ms, 20ms, 30ms, 50ms});
  send_frame(1, 1);
  prepare_one();
  begin();
  send_frame(2, 1, 22, 45ms);
  advance(30ms); // ten more than expected
  REQUIRE(results(2).size() == 1);
  CHECK(results(2)[0].end == frame_end::expired);
  CHECK(results(2)[0].failure == "deadline exceeded");
  CHECK(preparer->seen.size() == 1);
}

TEST_CASE_METHOD(pool_fixture, "Clients that vanish all at once leave the pool free for others",
    "[inference_pool]") {
  frames.policy = config::frame_policy::queue;
  start_pool(2);
  for (std::uint64_t client = 1; client <= 500; ++client) {
    send_frame(client, 1, 1, 50ms);
    send_frame(client, 2);
  }
  prepare_one(); // the other batch is left in the middle of its preparation
  for (std::uint64_t client = 1; client <= 500; ++client)
    tell(pool, actors::atom::forget_v, client);
  advance(100ms);
  prepare_one();
  for (std::size_t index = 0; index < 2; ++index)
    finish(worker(index).given.at(0));
  REQUIRE(preparer->seen.size() == 2);
  send_frame(501, 1, 42);
  REQUIRE(preparer->seen.size() == 3);
  CHECK(images(*preparer->seen[2]) == std::vector<int>{42});
  for (std::uint64_t client = 1; client <= 500; ++client)
    REQUIRE(results(client).empty());
}
