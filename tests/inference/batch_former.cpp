#include "inference/vision/batch_former.hpp"

#include <catch2/catch.hpp>

using namespace ocelli;
using namespace std::chrono_literals;
using inference::batch_claim;
using inference::batch_former;
using time_point = batch_former::time_point;
using std::chrono::nanoseconds;

namespace {

// A former in a time that only the test moves, with workers that cost 5, 7, 11 and 19 ms.
struct former_fixture {
  explicit former_fixture(std::size_t workers = 1) : worker_count(workers) {}

  batch_former& former() {
    if (!made) {
      inference::batch_former fresh(frames, settings, worker_count);
      made.emplace(std::move(fresh));
      for (std::size_t i = 0; i < worker_count; ++i)
        made->worker_ready(i, costs);
    }
    return *made;
  }

  // Says whether it was accepted.
  bool add(std::uint64_t client, std::uint64_t id, std::optional<nanoseconds> deadline = {}) {
    auto frame = std::make_shared<inference::queued_frame>();
    frame->id = id;
    frame->received = now;
    if (deadline)
      frame->deadline = now + *deadline;
    return former().add(client, frame, now).accepted;
  }

  void add_many(std::uint64_t count, std::uint64_t first = 101) {
    for (std::uint64_t client = first; client < first + count; ++client)
      REQUIRE(add(client, ++last_id));
  }

  std::optional<batch_claim> claim() { return former().next_claim(now); }

  // Claims a batch that is there, and says how many frames it has.
  std::size_t claimed_frames() {
    auto claimed = claim();
    REQUIRE(claimed);
    last = *claimed;
    return last.frames.size();
  }

  // A batch has been prepared, and the engine has begun with it.
  void begin(const batch_claim& batch) {
    former().prepared(batch.batch, {}, now);
    former().started(batch.batch, now);
  }

  void finish(const batch_claim& batch, std::optional<nanoseconds> took = {}) {
    former().finished(batch.batch, took, now);
  }

  void hand_over(const batch_claim& batch) {
    for (const auto& row : batch.frames)
      former().hand_over(row.client, row.frame->id, now);
  }

  config::frame_settings frames;
  config::inference_settings settings{.batch_sizes = {1, 2, 4, 8}};
  std::size_t worker_count;
  std::vector<nanoseconds> costs = {5ms, 7ms, 11ms, 19ms};
  std::optional<batch_former> made;
  time_point now = time_point{} + 1h;
  batch_claim last;
  std::uint64_t last_id = 0;
};

struct two_workers : former_fixture {
  two_workers() : former_fixture(2) {}
};

} // namespace

TEST_CASE_METHOD(former_fixture, "An idle worker claims a frame at once", "[batch_former]") {
  add(1, 1);
  CHECK(claimed_frames() == 1);
  CHECK(last.worker == 0);
  CHECK(last.batch == 1);
  CHECK_FALSE(claim());
}

TEST_CASE_METHOD(
    former_fixture, "Nothing is refused before anything was learnt", "[batch_former]") {
  costs.clear();
  add(1, 1, 1ns);
  CHECK(claimed_frames() == 1);
  CHECK(add(2, 1, 1ns));
}

TEST_CASE_METHOD(former_fixture,
    "A frame is refused when its deadline is before the end of its batch", "[batch_former]") {
  SECTION("on an idle worker") {
    CHECK_FALSE(add(1, 1, 5ms - 1ns));
    CHECK(add(1, 2, 5ms));
  }
  SECTION("behind a running batch") {
    add(1, 1);
    claimed_frames();
    begin(last);
    now += 2ms;
    CHECK_FALSE(add(2, 1, 8ms - 1ns));
    CHECK(add(2, 2, 8ms));
  }
  SECTION("behind its own frame in work") {
    add(1, 1);
    claimed_frames();
    begin(last);
    CHECK_FALSE(add(1, 2, 10ms - 1ns));
    CHECK(add(1, 3, 10ms));
  }
  SECTION("behind those that wait") {
    add_many(8, 1);
    claimed_frames();
    begin(last);
    add_many(15); // two full batches with the one that comes
    CHECK_FALSE(add(50, 1, 57ms - 1ns));
    CHECK(add(50, 2, 57ms));
    CHECK_FALSE(add(51, 1, 57ms));
    CHECK(add(51, 2, 62ms));
  }
  SECTION("with the time for its preparation") {
    add(1, 1);
    claimed_frames();
    now += 3ms;
    begin(last);
    now += 5ms;
    finish(last, 5ms);
    CHECK_FALSE(add(2, 1, 8ms - 1ns));
    CHECK(add(2, 2, 8ms));
  }
}

TEST_CASE_METHOD(former_fixture, "A newer frame has the place of the older one when it is admitted",
    "[batch_former]") {
  add_many(8, 1);
  claimed_frames();
  begin(last);
  add(50, 1);
  add_many(30);
  CHECK(add(50, 2, 38ms)); // in the next batch
  CHECK_FALSE(add(51, 1, 38ms));
}

TEST_CASE_METHOD(former_fixture,
    "A frame whose deadline has passed expires instead of being refused", "[batch_former]") {
  CHECK(add(1, 1, 0ns));
  CHECK(former().expire(now).size() == 1);
}

TEST_CASE_METHOD(former_fixture,
    "Frames that became too late are taken out when a batch is claimed", "[batch_former]") {
  add(1, 1);
  claimed_frames();
  begin(last);
  add(2, 1, 16ms);
  add(3, 1, 30ms);
  now += 14ms; // 9 later than expected
  auto running = last;
  finish(running, 14ms);
  CHECK(claimed_frames() == 1);
  CHECK(last.frames[0].client == 3);
  REQUIRE(last.missed.size() == 1);
  CHECK(last.missed[0].client == 2);
}

TEST_CASE_METHOD(former_fixture,
    "A batch is smaller where all frames would be too late in a large one", "[batch_former]") {
  add(9, 1);
  claimed_frames();
  begin(last);
  for (std::uint64_t client = 1; client <= 8; ++client)
    add(client, 1, 30ms);
  now += 20ms;
  finish(last, 20ms);
  CHECK(claimed_frames() == 2);
  CHECK(last.missed.empty());
}

TEST_CASE_METHOD(former_fixture,
    "After twenty frames that were too late on an idle worker one is run to see",
    "[batch_former]") {
  for (std::uint64_t id = 1; id <= batch_former::patience; ++id)
    REQUIRE_FALSE(add(1, id, 1ms));
  CHECK(add(1, 21, 1ms));
  CHECK(claimed_frames() == 1);
  begin(last);
  now += 500us;
  CHECK_FALSE(add(2, 1, 1ms)); // one is enough
  finish(last, 500us);
  CHECK(add(2, 2, 1ms)); // it was not as slow as believed
}

TEST_CASE_METHOD(
    former_fixture, "The next batch is claimed when it will be ready in time", "[batch_former]") {
  add(1, 1);
  claimed_frames();
  now += 2ms;
  begin(last); // decoding took 2 ms
  add(2, 1);
  CHECK_FALSE(claim());
  CHECK(former().next_wake_up(now) == now + 3ms);
  now += 3ms;
  CHECK(claimed_frames() == 1);
  add(3, 1);
  now += 1h;
  CHECK_FALSE(claim()); // two batches at most
}

TEST_CASE_METHOD(two_workers, "Idle workers share what waits", "[batch_former]") {
  add_many(8);
  CHECK(claimed_frames() == 4);
  CHECK(claimed_frames() == 4);
  CHECK(last.worker == 1);
}

TEST_CASE_METHOD(two_workers,
    "Costs are learnt for each worker, and the faster of two idle ones is first",
    "[batch_former]") {
  former().worker_lost(1, now);
  former().worker_ready(1, std::vector<nanoseconds>(4, 1ms)); // a mean comes down at once
  add(1, 1);
  claimed_frames();
  CHECK(last.worker == 1);
}

TEST_CASE_METHOD(two_workers, "The batches of a lost worker are forgotten", "[batch_former]") {
  add(1, 1);
  claimed_frames();
  auto lost = last;
  former().worker_lost(lost.worker, now);
  former().prepared(lost.batch, {}, now);
  former().started(lost.batch, now);
  finish(lost, 1ms);
  former().hand_over(1, 1, now);
  add(1, 2);
  CHECK(claimed_frames() == 1);
  CHECK(last.worker != lost.worker);
}

TEST_CASE_METHOD(
    former_fixture, "A batch of which no row could be prepared has ended", "[batch_former]") {
  add(1, 1);
  claimed_frames();
  std::vector<std::uint64_t> failed = {1};
  former().prepared(last.batch, failed, now);
  add(2, 1);
  CHECK(claimed_frames() == 1);
}

TEST_CASE_METHOD(former_fixture, "Frames wait for clients about to return only where that pays",
    "[batch_former]") {
  // four clients that return 1 ms after their answers
  auto round = [&](std::uint64_t id) {
    for (std::uint64_t client = 1; client <= 4; ++client)
      add(client, id);
    while (auto claimed = claim()) {
      begin(*claimed);
      now += 11ms;
      finish(*claimed, 11ms);
      hand_over(*claimed);
      now += 1ms;
    }
  };
  SECTION("the first one back waits for the others") {
    for (std::uint64_t id = 1; id <= 10; ++id)
      round(id);
    for (std::uint64_t client = 1; client <= 4; ++client)
      add(client, 11);
    claimed_frames();
    begin(last);
    now += 11ms;
    finish(last, 11ms);
    hand_over(last);
    auto answered = now;
    now += 900us;
    add(1, 12);
    CHECK_FALSE(claim());
    auto until = former().next_wake_up(now);
    REQUIRE(until);
    CHECK(*until > now);
    CHECK(*until < answered + 2ms);
    SECTION("until they are there") {
      for (std::uint64_t client = 2; client <= 4; ++client)
        add(client, 12);
      CHECK(claimed_frames() == 4);
    }
    SECTION("until they should have been there") {
      now = *until;
      CHECK(claimed_frames() == 1);
    }
    SECTION("but not beyond its deadline") {
      add(1, 13, 9ms);
      CHECK(claimed_frames() == 1);
    }
    SECTION("but not when they have left") {
      for (std::uint64_t client = 2; client <= 4; ++client)
        former().forget(client);
      CHECK(claimed_frames() == 1);
    }
  }
  SECTION("nobody waits where costs are in proportion to frames") {
    costs = {5ms, 10ms, 20ms, 40ms};
    for (std::uint64_t id = 1; id <= 10; ++id)
      round(id);
    now += 1ms;
    add(1, 11);
    CHECK(claimed_frames() == 1);
  }
  SECTION("nobody waits when that is switched off") {
    settings.max_delay_ms = 0;
    for (std::uint64_t id = 1; id <= 10; ++id) {
      round(id);
      now += 1ms;
    }
    add(1, 11);
    CHECK(claimed_frames() == 1);
  }
}
