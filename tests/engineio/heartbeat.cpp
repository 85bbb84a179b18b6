#include "net/engineio/heartbeat.hpp"

#include <catch2/catch.hpp>

using namespace ocelli::engineio;
using namespace std::chrono_literals;

namespace {

const heartbeat::clock::time_point start{};

} // namespace

TEST_CASE("A heartbeat is due one interval after the start and one interval after each answer") {
  heartbeat beat(300ms, 200ms, start);
  CHECK(beat.deadline() == start + 300ms);
  CHECK(beat.advance(start + 299ms) == heartbeat::action::wait);
  CHECK(beat.advance(start + 300ms) == heartbeat::action::ping);
  CHECK(beat.deadline() == start + 500ms);
  beat.pong(start + 450ms);
  CHECK(beat.deadline() == start + 750ms);
  CHECK(beat.advance(start + 500ms) == heartbeat::action::wait);
  CHECK(beat.advance(start + 750ms) == heartbeat::action::ping);
}

TEST_CASE("A client that does not answer in time is given up") {
  heartbeat beat(300ms, 200ms, start);
  REQUIRE(beat.advance(start + 300ms) == heartbeat::action::ping);
  CHECK(beat.advance(start + 499ms) == heartbeat::action::wait);
  CHECK(beat.advance(start + 500ms) == heartbeat::action::expired);
}

TEST_CASE("Bytes that arrive give the awaited answer its full time again") {
  heartbeat beat(300ms, 200ms, start);
  beat.alive(start + 100ms);
  CHECK(beat.deadline() == start + 300ms);
  REQUIRE(beat.advance(start + 300ms) == heartbeat::action::ping);
  beat.alive(start + 450ms);
  CHECK(beat.advance(start + 649ms) == heartbeat::action::wait);
  CHECK(beat.advance(start + 650ms) == heartbeat::action::expired);
}

TEST_CASE("Answers that nobody asked for change nothing") {
  heartbeat beat(300ms, 200ms, start);
  for (int i = 0; i < 100; ++i)
    beat.pong(start + 250ms);
  CHECK(beat.deadline() == start + 300ms);
}
