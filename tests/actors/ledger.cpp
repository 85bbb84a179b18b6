#include "actors/ledger.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <cstdint>
#include <limits>
#include <thread>
#include <vector>

using ocelli::actors::frame_end;
using ocelli::actors::ledger;

TEST_CASE("What was received and has not ended is pending", "[ledger]") {
  ledger counts;
  counts.frame_received();
  counts.frame_received();
  counts.question_received();
  CHECK(counts.pending() == 3);
  counts.frame_ended(frame_end::expired);
  counts.question_ended();
  CHECK(counts.pending() == 1);
  CHECK(counts.frames_received() == 2);
  CHECK(counts.frames_ended(frame_end::expired) == 1);
  CHECK(counts.frames_ended(frame_end::answered) == 0);
  CHECK(counts.questions_received() == 1);
  CHECK(counts.questions_ended() == 1);
}

TEST_CASE("Pending is never negative while other threads count", "[ledger]") {
  ledger counts;
  std::atomic<bool> stop{false};
  std::vector<std::thread> threads;
  for (int i = 0; i < 2; ++i) {
    threads.emplace_back([&] {
      while (!stop) {
        counts.frame_received();
        counts.frame_ended(frame_end::answered);
      }
    });
  }
  bool negative = false;
  for (int i = 0; i < 20'000; ++i)
    negative = negative || counts.pending() > std::numeric_limits<std::uint64_t>::max() / 2;
  stop = true;
  for (auto& thread : threads)
    thread.join();
  CHECK_FALSE(negative);
  CHECK(counts.pending() == 0);
}
