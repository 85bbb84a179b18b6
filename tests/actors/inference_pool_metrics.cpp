#include "pool_fixture.hpp"

#include <catch2/catch.hpp>

// What INFERENCE POOL measures.

using namespace ocelli;
using namespace std::chrono_literals;
using actors::worker_condition;
using test::pool_fixture;

TEST_CASE_METHOD(pool_fixture, "A result tells when its batch was prepared and finished",
    "[inference_pool][metrics]") {
  start_pool();
  auto received = now();
  send_frame(1, 1);
  advance(2ms);
  prepare_one();
  begin();
  advance(30ms);
  finish(worker().given.at(0), 25ms);
  const auto& result = results(1).at(0);
  CHECK(result.queued == 0ns);
  CHECK(result.prepared - received == 2ms);
  CHECK(result.finished - received == 32ms);
  CHECK(result.inference == 25ms);
}

TEST_CASE_METHOD(pool_fixture, "Batches are measured with the frames that the engine was given",
    "[inference_pool][metrics]") {
  start_pool();
  send_frame(1, 1);
  send_frame(2, 1);
  send_frame(3, 1, test::broken_image);
  send_frame(4, 1);
  prepare_one();
  finish(worker().given.at(0), 1ms);
  prepare_one();
  finish(worker().given.at(1), 1ms);
  CHECK(measures->batches(false) == 2);
  CHECK(measures->batches(true) == 0);
  CHECK(measures->batch_size().read().sum == 3);
}

TEST_CASE_METHOD(pool_fixture, "A batch of which no frame could be decoded is not measured",
    "[inference_pool][metrics]") {
  start_pool();
  send_frame(1, 1, test::broken_image);
  prepare_one();
  CHECK(measures->batches(false) + measures->batches(true) == 0);
}

TEST_CASE_METHOD(
    pool_fixture, "A batch that the engine fails counts as failed", "[inference_pool][metrics]") {
  start_pool();
  send_frame(1, 1);
  prepare_one();
  finish(worker().given.at(0), 1ms, "out of memory");
  CHECK(measures->batches(false) == 0);
  CHECK(measures->batches(true) == 1);
  CHECK(measures->batch_size().read().sum == 1);
}

TEST_CASE_METHOD(pool_fixture, "A worker's states and restarts are measured, and what it loses",
    "[inference_pool][metrics]") {
  start_pool(2, false);
  CHECK(measures->condition(1) == worker_condition::starting);
  tell(pool, actors::atom::ready_v, actors::worker_report{});
  CHECK(measures->condition(0) == worker_condition::warm);
  send_frame(1, 1);
  prepare_one();
  kill_worker(0);
  CHECK(measures->condition(0) == worker_condition::resting);
  CHECK(measures->batches(true) == 1);
  CHECK(measures->restarts(0) == 0);
  advance(100ms);
  CHECK(measures->condition(0) == worker_condition::starting);
  CHECK(measures->restarts(0) == 1);
  CHECK(measures->restarts(1) == 0);
  kill_worker(1);
  CHECK(measures->condition(1) == worker_condition::gone);
}

TEST_CASE_METHOD(pool_fixture, "A worker that hangs is measured, with the batch that it keeps",
    "[inference_pool][metrics]") {
  inference.hang_seconds = 1;
  start_pool();
  send_frame(1, 1);
  prepare_one();
  begin();
  advance(1s);
  CHECK(measures->condition(0) == worker_condition::hanging);
  CHECK(measures->batches(true) == 1);
  CHECK(measures->restarts(0) == 0);
}
