#include "actors/metrics.hpp"

#include <catch2/catch.hpp>

#include <numeric>

using namespace ocelli;
using namespace std::chrono_literals;
using actors::frame_stage;
using actors::worker_condition;

namespace {

std::uint64_t observations(const actors::histogram& of) {
  auto counted = of.read().in_range;
  return std::accumulate(counted.begin(), counted.end(), std::uint64_t{0});
}

std::chrono::nanoseconds sum(const actors::histogram& of) {
  return std::chrono::nanoseconds{of.read().sum};
}

} // namespace

TEST_CASE(
    "The ranges of times reach from 0.1 ms to 10 s, those of sizes from 1 to 1024", "[metrics]") {
  actors::metrics measured(1);
  auto times = measured.answer_age().bounds();
  CHECK(times.size() == 16);
  CHECK(std::chrono::nanoseconds{times.front()} == 100us);
  CHECK(std::chrono::nanoseconds{times[1]} == 250us);
  CHECK(std::chrono::nanoseconds{times[2]} == 500us);
  CHECK(std::chrono::nanoseconds{times.back()} == 10s);
  CHECK(measured.batch_size().bounds() ==
        std::vector<std::uint64_t>{1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1'024});
}

TEST_CASE("The stages of a frame that was answered add up to its age", "[metrics]") {
  actors::metrics measured(1);
  actors::frame_times times;
  times.received = actors::frame_times::time_point{1h};
  times.claimed = times.received + 1ms;
  times.prepared = times.claimed + 20ms;
  times.inference = 300ms;
  times.finished = times.prepared + 4s + times.inference;
  times.handed_over = times.finished + 50s;
  measured.frame_received(7ms);
  measured.frame_answered(times);
  CHECK(sum(measured.stage(frame_stage::read)) == 7ms);
  CHECK(sum(measured.stage(frame_stage::queue)) == 1ms);
  CHECK(sum(measured.stage(frame_stage::decode)) == 20ms);
  CHECK(sum(measured.stage(frame_stage::wait)) == 4s);
  CHECK(sum(measured.stage(frame_stage::infer)) == 300ms);
  CHECK(sum(measured.stage(frame_stage::reply)) == 50s);
  CHECK(sum(measured.answer_age()) == 54s + 321ms);
  CHECK(observations(measured.answer_age()) == 1);
}

TEST_CASE("An answer that is reused has an age and takes no stage", "[metrics]") {
  actors::metrics measured(1);
  measured.answer_reused(3ms);
  CHECK(sum(measured.answer_age()) == 3ms);
  CHECK(observations(measured.answer_age()) == 1);
  CHECK(observations(measured.stage(frame_stage::queue)) == 0);
  CHECK(observations(measured.stage(frame_stage::infer)) == 0);
}

TEST_CASE("A time below nothing counts as nothing", "[metrics]") {
  actors::metrics measured(1);
  measured.frame_received(-1ns);
  CHECK(observations(measured.stage(frame_stage::read)) == 1);
  CHECK(sum(measured.stage(frame_stage::read)) == 0ns);
}

TEST_CASE("Batches are counted by their end and by their size", "[metrics]") {
  actors::metrics measured(1);
  measured.batch_ended(1, false);
  measured.batch_ended(8, false);
  measured.batch_ended(3, true);
  CHECK(measured.batches(false) == 2);
  CHECK(measured.batches(true) == 1);
  CHECK(observations(measured.batch_size()) == 3);
  CHECK(measured.batch_size().read().sum == 12);
}

TEST_CASE("Each worker has a state and a number of restarts", "[metrics]") {
  actors::metrics measured(2);
  REQUIRE(measured.workers() == 2);
  CHECK(measured.condition(1) == worker_condition::starting);
  measured.worker_changed(1, worker_condition::warm);
  measured.worker_restarted(1);
  measured.worker_restarted(1);
  CHECK(measured.condition(0) == worker_condition::starting);
  CHECK(measured.condition(1) == worker_condition::warm);
  CHECK(measured.restarts(0) == 0);
  CHECK(measured.restarts(1) == 2);
}
