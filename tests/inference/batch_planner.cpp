#include "inference/vision/batch_planner.hpp"

#include <catch2/catch.hpp>

#include <vector>

using namespace std::chrono_literals;
using ocelli::inference::batch_planner;

namespace {

using std::chrono::nanoseconds;

const batch_planner::time_point start = batch_planner::time_point{} + 1h;

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

TEST_CASE("A batch ends after its preparation and its cost, or its cost after its start",
    "[batch_planner]") {
  auto planner = learnt(10ms, 0ms);
  planner.prepared(1, 4ms);
  CHECK(planner.expected_end(1, start, {}) == start + 14ms);
  CHECK(planner.expected_end(1, start, start + 9ms) == start + 19ms);
  CHECK_FALSE(batch_planner({1}).expected_end(1, start, {}));
}

TEST_CASE("A batch is claimed as long before the end of the running one as its preparation takes",
    "[batch_planner]") {
  auto planner = learnt(10ms, 0ms);
  CHECK(planner.claim_time(2, start) == start);
  planner.prepared(2, 4ms);
  CHECK(planner.claim_time(2, start) == start - 4ms);
}

TEST_CASE("Ready frames wait for returning ones only when one batch costs less than two",
    "[batch_planner]") {
  SECTION("a high fixed cost is paid once") { CHECK(learnt(40ms, 1ms).better_together(1, 7)); }
  SECTION("nobody returns") { CHECK_FALSE(learnt(40ms, 1ms).better_together(1, 0)); }
  SECTION("decoding all of them after the running batch takes longer than a batch of their own") {
    auto planner = learnt(10ms, 5ms);
    planner.prepared(8, 60ms);
    planner.prepared(1, 7ms);
    CHECK_FALSE(planner.better_together(1, 7));
  }
  SECTION("nothing was learnt yet") { CHECK_FALSE(batch_planner({1, 2}).better_together(1, 1)); }
}
