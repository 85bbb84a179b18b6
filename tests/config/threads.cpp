#include "config/threads.hpp"

#include <catch2/catch.hpp>

using namespace ocelli;

TEST_CASE("two processors get one network thread, two actor threads, one worker with two threads, "
          "two decode threads") {
  auto plan = config::plan_threads({}, 2);
  CHECK(plan.processors == 2);
  CHECK(plan.io_threads == 1);
  CHECK(plan.actor_threads == 2);
  CHECK(plan.workers == 1);
  CHECK(plan.intra_op_threads == 2);
  CHECK(plan.decode_threads == 2);
}

TEST_CASE(
    "a plan has at least one thread of each kind and uses no more processors than there are") {
  auto processors = GENERATE(0U, 1U, 2U, 3U, 4U, 8U, 16U, 64U, 256U, 1'000U);
  auto plan = config::plan_threads({}, processors);
  CHECK(plan.processors >= 1);
  CHECK(plan.io_threads >= 1);
  CHECK(plan.actor_threads >= 1);
  CHECK(plan.workers >= 1);
  CHECK(plan.intra_op_threads >= 1);
  CHECK(plan.decode_threads >= 1);
  CHECK(plan.workers * plan.intra_op_threads <= plan.processors);
}

TEST_CASE("a number that is configured is taken as it is") {
  config::settings configured;
  configured.server.io_threads = 3;
  configured.server.actor_threads = 5;
  configured.inference.workers = 4;
  configured.inference.decode_threads = 9;
  auto plan = config::plan_threads(configured, 8);
  CHECK(plan.io_threads == 3);
  CHECK(plan.actor_threads == 5);
  CHECK(plan.workers == 4);
  CHECK(plan.decode_threads == 9);
  // follows from the number of workers
  CHECK(plan.intra_op_threads == 2);
  configured.inference.intra_op_threads = 7;
  CHECK(config::plan_threads(configured, 8).intra_op_threads == 7);
}

TEST_CASE("a GPU gets two workers with one thread each") {
  auto plan = config::plan_threads({}, 16, 2);
  CHECK(plan.workers == 4);
  CHECK(plan.intra_op_threads == 1);
  CHECK(plan.decode_threads == 16);
  config::settings configured;
  configured.inference.workers = 3;
  configured.inference.intra_op_threads = 2;
  plan = config::plan_threads(configured, 16, 2);
  CHECK(plan.workers == 3);
  CHECK(plan.intra_op_threads == 2);
}

TEST_CASE("this process may use at least one processor") {
  CHECK(config::available_processors() >= 1);
}

TEST_CASE("a plan is told in one line") {
  CHECK(to_string(config::plan_threads({}, 2)) ==
        "processors 2, network threads 1, actor threads 2, inference workers 1 with 2 intra-op "
        "threads each, decode "
        "threads 2");
}
