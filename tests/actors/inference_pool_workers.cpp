#include "actors/exit_reason_text.hpp"
#include "actors/failure_text.hpp"
#include "pool_fixture.hpp"

#include <catch2/catch.hpp>

using namespace ocelli;
using namespace std::chrono_literals;
using actors::frame_end;
using test::pool_fixture;

TEST_CASE_METHOD(
    pool_fixture, "A worker that dies fails its frames and is started again", "[inference_pool]") {
  start_pool();
  send_frame(1, 1);
  prepare_one();
  send_frame(2, 1, 22);
  kill_worker();
  CHECK(results(1).at(0).end == frame_end::failed);
  CHECK(results(1).at(0).failure == "inference worker failed, try again");
  CHECK_FALSE(service->ready());
  CHECK(service->healthy());
  advance(100ms - 1ns);
  REQUIRE(workers.size() == 1);
  advance(1ns);
  REQUIRE(workers.size() == 2);
  CHECK(worker().incarnation == 1);
  CHECK(results(2).empty());
  say_ready(0, 1);
  CHECK(service->ready());
  prepare_one();
  finish(worker().given.at(0));
  CHECK(results(2).at(0).prediction[0].index == 22);
}

TEST_CASE_METHOD(pool_fixture,
    "The pauses before restarts grow to five seconds and start anew after a good batch",
    "[inference_pool]") {
  start_pool();
  std::uint64_t incarnation = 0;
  for (auto pause : {100ms, 200ms, 400ms, 800ms, 1'600ms, 3'200ms, 5'000ms, 5'000ms}) {
    kill_worker();
    advance(pause - 1ns);
    REQUIRE(workers.size() == incarnation + 1);
    advance(1ns);
    REQUIRE(workers.size() == ++incarnation + 1);
    say_ready(0, incarnation);
  }
  run_one(1, 1, 0ns, 1ms);
  kill_worker();
  advance(100ms);
  CHECK(workers.size() == incarnation + 2);
}

TEST_CASE_METHOD(pool_fixture, "While a restart fails and no worker is warm, waiting frames fail",
    "[inference_pool]") {
  start_pool();
  kill_worker();
  send_frame(1, 1);
  advance(100ms);
  REQUIRE(workers.size() == 2);
  REQUIRE(results(1).empty());
  SECTION("because the new worker dies before it is warm") { kill_worker(); }
  SECTION("because no thread can be started") {
    kill_worker();
    spawning_fails = true;
    send_frame(1, 2);
    advance(200ms);
    CHECK(results(1).size() == 2);
  }
  CHECK(results(1).at(0).failure == "inference worker failed, try again");
  CHECK(service->healthy());
}

TEST_CASE_METHOD(pool_fixture, "A worker that dies leaves the others and their frames alone",
    "[inference_pool]") {
  start_pool(2);
  send_frame(1, 1);
  send_frame(2, 1, 22);
  prepare_one();
  prepare_one();
  kill_worker(0);
  CHECK(results(1).at(0).end == frame_end::failed);
  CHECK(service->ready());
  finish(worker(1).given.at(0));
  CHECK(results(2).at(0).end == frame_end::answered);
}

TEST_CASE_METHOD(pool_fixture,
    "A late word of a dead worker or for a dead worker's batch changes nothing",
    "[inference_pool]") {
  start_pool();
  send_frame(1, 1);
  auto work = preparer->seen.at(0);
  kill_worker();
  REQUIRE(results(1).size() == 1);
  prepare_one(); // of the batch that failed
  finish(work);
  advance(100ms);
  say_ready(0, 0); // of the first incarnation
  CHECK_FALSE(service->ready());
  CHECK(results(1).size() == 1);
}

TEST_CASE_METHOD(pool_fixture,
    "A worker that cannot start the first time stops the start, in its own words",
    "[inference_pool]") {
  start_pool(1, false);
  end(worker().handle, actors::failure_reason("model.pt is damaged"));
  CHECK(service->wait_until_ready() == "model.pt is damaged");
  send_frame(1, 1);
  CHECK(results(1).at(0).failure == actors::failure_text::no_worker);
  advance(10s);
  CHECK(workers.size() == 1);
}

TEST_CASE_METHOD(pool_fixture,
    "A batch that does not come back fails and makes the service unhealthy", "[inference_pool]") {
  inference.hang_seconds = 5;
  start_pool();
  send_frame(1, 1);
  prepare_one();
  begin();
  send_frame(2, 1);
  advance(5s - 1ns);
  REQUIRE(service->healthy());
  REQUIRE(results(1).empty());
  advance(1ns);
  CHECK(results(1).at(0).failure == "inference worker does not respond");
  CHECK(results(2).at(0).end == frame_end::failed);
  CHECK_FALSE(service->healthy());
  CHECK_FALSE(service->ready());
  REQUIRE(fatal.size() == 1);
  CHECK(fatal[0].find("inference.hang_seconds") != std::string::npos);
  SECTION("and frames that come later fail at once") {
    send_frame(3, 1);
    CHECK(results(3).at(0).end == frame_end::failed);
    CHECK(preparer->seen.size() == 1);
  }
  SECTION("and it stays so when the worker comes back") {
    finish(worker().given[0]);
    CHECK(results(1).size() == 1);
    advance(100s);
    CHECK_FALSE(service->healthy());
    CHECK(fatal.size() == 1);
  }
  SECTION("and likewise when the worker dies after all") {
    kill_worker();
    advance(100s);
    CHECK(workers.size() == 1);
  }
}

TEST_CASE_METHOD(pool_fixture, "While one worker hangs the others go on, with buffers of their own",
    "[inference_pool]") {
  inference.hang_seconds = 5;
  start_pool(2);
  send_frame(1, 1);
  prepare_one();
  begin(0);
  auto* lost = worker(0).given[0]->buffer.get();
  advance(5s);
  REQUIRE_FALSE(service->healthy());
  for (std::uint64_t client = 2; client <= 12; ++client) {
    send_frame(client, 1);
    prepare_one();
    REQUIRE(worker(1).given.back()->buffer.get() != lost);
    finish(worker(1).given.back());
    REQUIRE(results(client).at(0).end == frame_end::answered);
  }
  CHECK(worker(0).given.size() == 1);
}

TEST_CASE_METHOD(
    pool_fixture, "Decoding that does not come back counts as hanging", "[inference_pool]") {
  inference.hang_seconds = 5;
  start_pool();
  send_frame(1, 1);
  advance(5s);
  CHECK(results(1).at(0).end == frame_end::failed);
  CHECK(fatal.size() == 1);
}

TEST_CASE_METHOD(pool_fixture, "A batch that waits behind a slow one does not count as hanging",
    "[inference_pool]") {
  inference.hang_seconds = 5;
  start_pool();
  run_one(1, 1, 1s, 4s);
  send_frame(1, 2);
  advance(1s);
  prepare_one();
  begin();
  send_frame(2, 1);
  advance(3s); // the second batch is claimed one second before the end
  prepare_one();
  REQUIRE(worker().given.size() == 3);
  advance(1s);
  finish(worker().given[1], 4s);
  advance(4s); // seven seconds after the claim
  CHECK(service->healthy());
  finish(worker().given[2], 4s);
  CHECK(results(2).at(0).end == frame_end::answered);
}

TEST_CASE_METHOD(pool_fixture, "The pool ends its workers when it ends", "[inference_pool]") {
  start_pool(2);
  caf::anon_send_exit(pool, caf::exit_reason::user_shutdown);
  run();
  CHECK_FALSE(alive(pool));
  CHECK_FALSE(alive(worker(0).handle));
  CHECK_FALSE(alive(worker(1).handle));
  advance(10s);
  CHECK(workers.size() == 2);
}
