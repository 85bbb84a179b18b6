#include "inference/vision/batch_planner.hpp"

#include <catch2/catch.hpp>

#include <vector>

using namespace std::chrono_literals;
using ocelli::inference::batch_planner;

namespace {

using std::chrono::nanoseconds;

// A planner that has learnt `fixed + n * each` for every size.
batch_planner learnt(nanoseconds fixed, nanoseconds each) {
  std::vector<std::uint32_t> sizes = {1, 2, 4, 8};
  batch_planner planner(sizes);
  for (auto size : sizes)
    planner.ran(size, fixed + size * each);
  return planner;
}

} // namespace

TEST_CASE("A batch size that is filled exactly is taken", "[batch_planner]") {
  auto planner = learnt(5ms, 5ms);
  auto ready = GENERATE(1U, 2U, 4U, 8U);
  CHECK(planner.next_batch(ready) == ready);
}

TEST_CASE("Padding is taken where it costs less than another batch", "[batch_planner]") {
  SECTION("a high fixed cost pays for padded rows") { CHECK(learnt(20ms, 1ms).next_batch(7) == 7); }
  SECTION("without a fixed cost padding never pays") { CHECK(learnt(0ms, 5ms).next_batch(7) == 4); }
  SECTION("one missing row is padded, three are not") {
    auto planner = learnt(3ms, 2ms); // 1: 5, 2: 7, 4: 11, 8: 19
    CHECK(planner.next_batch(3) == 3);
    CHECK(planner.next_batch(5) == 4);
    CHECK(planner.next_batch(7) == 7);
  }
}

TEST_CASE("Among equal costs the larger batch is taken", "[batch_planner]") {
  CHECK(learnt(0ms, 5ms).next_batch(8) == 8);
  CHECK(learnt(0ms, 5ms).next_batch(6) == 4);
}

TEST_CASE("A size whose batch is out of proportion is avoided", "[batch_planner]") {
  auto planner = learnt(1ms, 5ms);
  for (int i = 0; i < 50; ++i)
    planner.ran(8, 500ms);
  CHECK(planner.next_batch(8) == 4);
}

TEST_CASE("Before anything was learnt all that is ready is taken", "[batch_planner]") {
  batch_planner planner({1, 2, 4, 8});
  auto ready = GENERATE(1U, 4U, 7U, 8U);
  CHECK(planner.next_batch(ready) == ready);
}

TEST_CASE(
    "A batch costs what its size costs, and many frames the cheapest batches one after another",
    "[batch_planner]") {
  auto planner = learnt(3ms, 2ms); // 1: 5, 2: 7, 4: 11, 8: 19
  CHECK(planner.knows());
  CHECK(planner.cost(3) == 11ms);
  CHECK(planner.total(0) == 0ms);
  CHECK(planner.total(5) == 16ms);
  CHECK(planner.total(7) == 19ms);
  CHECK(planner.total(16) == 38ms);
}

TEST_CASE(
    "Frames that can be done within a time fill the cheapest batches first", "[batch_planner]") {
  auto planner = learnt(3ms, 2ms);
  CHECK(planner.frames_within(5ms - 1ns) == 0);
  CHECK(planner.frames_within(5ms) == 1);
  CHECK(planner.frames_within(18ms) == 6);
  CHECK(planner.frames_within(38ms + 7ms) == 18);
  CHECK(planner.frames_within(-1ms) == 0);
}

TEST_CASE("A cost of nothing lets any number of frames be done", "[batch_planner]") {
  CHECK(learnt(0ms, 0ms).frames_within(1ms) > 100'000);
}

TEST_CASE("The next smaller size is below that of the batch", "[batch_planner]") {
  batch_planner planner({1, 2, 4, 8});
  CHECK_FALSE(planner.knows());
  CHECK(planner.next_smaller(8) == 4);
  CHECK(planner.next_smaller(3) == 2);
  CHECK(planner.next_smaller(1) == 0);
}
