#include "inference/vision/return_times.hpp"

#include <catch2/catch.hpp>

using namespace std::chrono_literals;
using ocelli::inference::return_times;
using time_point = return_times::time_point;

namespace {

const time_point start = time_point{} + 1h;

// A client that was answered every 100 ms and returned after the same time each time.
time_point learn(return_times& times, std::uint64_t client, std::chrono::nanoseconds after,
    time_point now = start) {
  for (int i = 0; i < 20; ++i) {
    times.answered(client, now);
    times.returned(client, now + after);
    now += 100ms;
  }
  return now;
}

} // namespace

TEST_CASE("A client is expected as long after its answer as it used to take", "[return_times]") {
  return_times times(5ms);
  CHECK_FALSE(times.expected(1));
  auto now = learn(times, 1, 2ms);
  REQUIRE(times.expected(1));
  CHECK(std::chrono::abs(*times.expected(1) - 2ms) < 50us);
  times.answered(1, now);
  auto coming = times.coming(now, now + 5ms);
  REQUIRE(coming.size() == 1);
  CHECK(coming[0] == now + *times.expected(1));
  SECTION("until it has returned") {
    times.returned(1, now + 1ms);
    CHECK(times.coming(now, now + 5ms).empty());
  }
  SECTION("until that time has passed") { CHECK(times.coming(now + 3ms, now + 5ms).empty()); }
  SECTION("not when that is too late") { CHECK(times.coming(now, now + 1ms).empty()); }
  SECTION("until it is forgotten") {
    times.forget(1);
    CHECK(times.coming(now, now + 5ms).empty());
  }
}

TEST_CASE("A client whose times vary is expected later than on average", "[return_times]") {
  return_times times(20ms);
  auto now = start;
  for (int i = 0; i < 100; ++i, now += 100ms) {
    times.answered(1, now);
    times.returned(1, now + (i % 2 ? 1ms : 3ms));
  }
  REQUIRE(times.expected(1));
  CHECK(*times.expected(1) > 3ms);
  CHECK(*times.expected(1) < 6ms);
}

TEST_CASE("A client that takes longer than the longest wait is not expected", "[return_times]") {
  return_times times(5ms);
  learn(times, 1, 8ms);
  CHECK_FALSE(times.expected(1));
  SECTION("and is again soon after a long pause") {
    auto now = learn(times, 2, 1ms);
    times.answered(2, now);
    times.returned(2, now + 1h);
    CHECK_FALSE(times.expected(2));
    learn(times, 2, 1ms, now + 2h);
    CHECK(times.expected(2));
  }
}

TEST_CASE("With no wait at all nobody is expected", "[return_times]") {
  return_times times(0ms);
  auto now = learn(times, 1, 0ms);
  times.answered(1, now);
  CHECK_FALSE(times.expected(1));
  CHECK(times.coming(now, now + 1s).empty());
}

TEST_CASE("Clients come in the order of their times", "[return_times]") {
  return_times times(5ms);
  learn(times, 1, 3ms);
  auto now = learn(times, 2, 1ms);
  times.answered(1, now);
  times.answered(2, now + 500us);
  auto coming = times.coming(now + 500us, now + 5ms);
  REQUIRE(coming.size() == 2);
  CHECK(coming[0] < coming[1]);
}
