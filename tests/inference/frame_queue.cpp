#include "inference/vision/frame_queue.hpp"

#include <catch2/catch.hpp>

#include <random>
#include <set>
#include <utility>

using namespace ocelli;
using namespace std::chrono_literals;
using inference::frame_queue;

namespace {

using time_point = frame_queue::time_point;

const time_point start = time_point{} + 1h;

inference::queued_frame_ptr frame(std::uint64_t id, std::optional<time_point> deadline = {}) {
  auto made = std::make_shared<inference::queued_frame>();
  made->id = id;
  made->received = start;
  made->deadline = deadline;
  return made;
}

config::frame_settings queueing(std::uint32_t in_work, std::uint32_t queue) {
  config::frame_settings settings;
  settings.policy = config::frame_policy::queue;
  settings.in_work = in_work;
  settings.queue = queue;
  return settings;
}

using entries = std::vector<std::pair<std::uint64_t, std::uint64_t>>; // client, frame

entries ids(const std::vector<inference::client_frame>& frames) {
  entries result;
  for (const auto& x : frames)
    result.emplace_back(x.client, x.frame->id);
  return result;
}

entries ids(const frame_queue::claimed& claimed) { return ids(claimed.frames); }

} // namespace

TEST_CASE(
    "With policy latest the newest frame takes the place of the waiting one", "[frame_queue]") {
  frame_queue queue({});
  CHECK(queue.add(1, frame(1)).replaced == nullptr);
  auto second = queue.add(1, frame(2));
  CHECK(second.accepted);
  REQUIRE(second.replaced != nullptr);
  CHECK(second.replaced->id == 1);
  CHECK(ids(queue.claim(8)) == entries{{1, 2}});
}

TEST_CASE("With policy latest one frame of a client is in work", "[frame_queue]") {
  frame_queue queue({});
  queue.add(1, frame(1));
  queue.claim(8);
  queue.add(1, frame(2));
  CHECK(queue.ready(8) == 0);
  CHECK(queue.held_back(1) == 1);
  CHECK(queue.claim(8).frames.empty());
  queue.hand_over(1, 1);
  CHECK(queue.ready(8) == 1);
  CHECK(queue.held_back(1) == 0);
  CHECK(ids(queue.claim(8)) == entries{{1, 2}});
}

TEST_CASE("With policy queue frames beyond the bound are refused and the others keep their order",
    "[frame_queue]") {
  frame_queue queue(queueing(2, 3));
  for (std::uint64_t id = 1; id <= 3; ++id)
    CHECK(queue.add(1, frame(id)).accepted);
  auto refused = queue.add(1, frame(4));
  CHECK_FALSE(refused.accepted);
  CHECK(refused.replaced == nullptr);
  CHECK(queue.ready(8) == 2);
  CHECK(queue.held_back(1) == 1);
  CHECK(ids(queue.claim(8)) == entries{{1, 1}, {1, 2}});
  CHECK(queue.add(1, frame(5)).accepted);
  queue.hand_over(1, 2);
  CHECK(ids(queue.claim(8)) == entries{{1, 3}});
}

TEST_CASE("Clients take turns, and no client gets a second frame before the others had one",
    "[frame_queue]") {
  frame_queue queue(queueing(8, 8));
  for (std::uint64_t id = 1; id <= 3; ++id)
    queue.add(1, frame(id));
  queue.add(2, frame(1));
  queue.add(3, frame(1));
  queue.add(3, frame(2));
  CHECK(queue.ready(4) == 4);
  CHECK(queue.ready(100) == 6);
  CHECK(ids(queue.claim(4)) == entries{{1, 1}, {2, 1}, {3, 1}, {1, 2}});
  CHECK(ids(queue.claim(4)) == entries{{3, 2}, {1, 3}});
}

TEST_CASE("Turns go on from batch to batch", "[frame_queue]") {
  frame_queue queue(queueing(8, 8));
  for (std::uint64_t client = 1; client <= 3; ++client) {
    queue.add(client, frame(1));
    queue.add(client, frame(2));
  }
  CHECK(ids(queue.claim(2)) == entries{{1, 1}, {2, 1}});
  CHECK(ids(queue.claim(2)) == entries{{3, 1}, {1, 2}});
}

TEST_CASE("Waiting frames expire at their deadline, earliest first, and frames in work never",
    "[frame_queue]") {
  frame_queue queue(queueing(1, 8));
  queue.add(1, frame(1, start + 1ms));
  queue.claim(1);
  queue.add(1, frame(2, start + 3ms));
  queue.add(1, frame(3));
  queue.add(2, frame(1, start + 2ms));
  CHECK(queue.next_deadline() == start + 2ms);
  CHECK(queue.expire(start + 2ms - 1ns).empty());
  CHECK(ids(queue.expire(start + 3ms)) == entries{{2, 1}, {1, 2}});
  CHECK_FALSE(queue.next_deadline());
  queue.hand_over(1, 1);
  CHECK(ids(queue.claim(8)) == entries{{1, 3}});
}

TEST_CASE("A replaced or claimed frame no longer has a deadline", "[frame_queue]") {
  frame_queue queue({});
  queue.add(1, frame(1, start + 1ms));
  queue.add(1, frame(2, start + 5ms));
  CHECK(queue.next_deadline() == start + 5ms);
  queue.claim(1);
  CHECK_FALSE(queue.next_deadline());
}

TEST_CASE("A forgotten client leaves nothing behind", "[frame_queue]") {
  frame_queue queue(queueing(1, 8));
  queue.add(1, frame(1));
  queue.add(1, frame(2, start + 1ms));
  queue.claim(1);
  queue.forget(1);
  queue.forget(7);
  CHECK(queue.clients() == 0);
  CHECK_FALSE(queue.next_deadline());
  CHECK(queue.claim(8).frames.empty());
  queue.hand_over(1, 1); // late
  CHECK(queue.clients() == 0);
}

TEST_CASE("All waiting frames can be dropped while those in work stay", "[frame_queue]") {
  frame_queue queue(queueing(1, 8));
  queue.add(1, frame(1));
  queue.claim(1);
  queue.add(1, frame(2, start + 1ms));
  queue.add(2, frame(1));
  CHECK(queue.drop_waiting().size() == 2);
  CHECK(queue.ready(8) == 0);
  CHECK_FALSE(queue.next_deadline());
  CHECK(queue.waiting() == 0);
}

TEST_CASE(
    "A client is remembered until it is forgotten, so that its turn is fair", "[frame_queue]") {
  frame_queue queue({});
  for (std::uint64_t client = 1; client <= 3; ++client) {
    queue.add(client, frame(1));
    queue.claim(1);
    queue.hand_over(client, 1);
  }
  CHECK(queue.clients() == 3);
  SECTION("the one that was served longest ago is next, whenever its frame came") {
    queue.add(3, frame(2));
    queue.add(1, frame(2));
    queue.add(4, frame(1));
    queue.add(2, frame(2));
    CHECK(ids(queue.claim(8)) == entries{{1, 2}, {2, 2}, {3, 2}, {4, 1}});
  }
  SECTION("one that has left and comes back is last") {
    queue.forget(1);
    queue.add(1, frame(2));
    queue.add(2, frame(2));
    CHECK(ids(queue.claim(8)) == entries{{2, 2}, {1, 2}});
  }
}

TEST_CASE(
    "A frame is refused when too many come before it in the order of turns", "[frame_queue]") {
  frame_queue queue(queueing(8, 8));
  SECTION("the frames of other clients, one of each for one of its own, and its own") {
    for (std::uint64_t id = 1; id <= 3; ++id) {
      queue.add(1, frame(id));
      queue.add(2, frame(id));
    }
    CHECK_FALSE(queue.add(3, frame(1), 2).accepted); // after one of each
    CHECK(queue.add(3, frame(1), 3).accepted);
    CHECK_FALSE(queue.add(3, frame(2), 5).accepted); // after two of each and its own
    CHECK(queue.add(3, frame(2), 6).accepted);
    CHECK(queue.waiting() == 8);
  }
  SECTION("a client that was refused keeps the turn of its arrival") {
    queue.add(1, frame(1));
    CHECK_FALSE(queue.add(2, frame(1), 1).accepted);
    queue.add(3, frame(1));
    CHECK(ids(queue.claim(1)) == entries{{1, 1}});
    CHECK(queue.add(2, frame(2), 1).accepted);
    CHECK(ids(queue.claim(8)) == entries{{2, 2}, {3, 1}});
  }
}

TEST_CASE(
    "With policy latest a newer frame has the place of the one that it replaces", "[frame_queue]") {
  frame_queue queue({});
  queue.add(1, frame(1));
  queue.add(2, frame(1));
  queue.add(3, frame(1));
  CHECK(queue.add(1, frame(2), 1).replaced != nullptr);
  auto refused = queue.add(3, frame(2), 2);
  CHECK_FALSE(refused.accepted);
  CHECK(refused.replaced == nullptr);
  CHECK(ids(queue.claim(8)) == entries{{1, 2}, {2, 1}, {3, 1}});
}

TEST_CASE("Frames that would be done too late have no turn and leave the queue", "[frame_queue]") {
  frame_queue queue(queueing(8, 8));
  queue.add(1, frame(1, start + 5ms));
  queue.add(1, frame(2, start + 10ms));
  queue.add(2, frame(1, start + 9ms));
  queue.add(3, frame(1));
  CHECK(queue.in_time(8, start + 10ms) == 2);
  CHECK(queue.in_time(1, start + 10ms) == 1);
  auto claimed = queue.claim(2, start + 10ms);
  CHECK(ids(claimed.frames) == entries{{1, 2}, {3, 1}});
  CHECK(ids(claimed.missed) == entries{{1, 1}, {2, 1}});
  CHECK_FALSE(queue.next_deadline());
  queue.add(2, frame(2, start + 9ms));
  CHECK(queue.in_time(8, start + 10ms) == 0);
  claimed = queue.claim(8, start + 10ms);
  CHECK(claimed.frames.empty());
  CHECK(claimed.missed.size() == 1);
  CHECK(queue.waiting() == 0);
}

TEST_CASE("A client is blocked while it has as many frames in work as it may", "[frame_queue]") {
  frame_queue queue(queueing(2, 8));
  CHECK_FALSE(queue.blocked(1));
  queue.add(1, frame(1));
  queue.claim(1);
  CHECK_FALSE(queue.blocked(1));
  CHECK_FALSE(queue.has_turn(1));
  queue.add(1, frame(2));
  CHECK(queue.has_turn(1));
  CHECK(queue.blocked(1)); // the one that waits comes first
  queue.hand_over(1, 1);
  CHECK_FALSE(queue.blocked(1));
}

TEST_CASE("Whatever happens, every frame leaves the queue exactly once", "[frame_queue]") {
  auto policy = GENERATE(config::frame_policy::latest, config::frame_policy::queue);
  auto settings = queueing(3, 4);
  settings.policy = policy;
  frame_queue queue(settings);
  std::mt19937 random(20'240'607);
  std::set<std::pair<std::uint64_t, std::uint64_t>> inside, in_work;
  std::uint64_t last = 0;
  auto now = start;
  auto leave = [&](std::uint64_t client, std::uint64_t id) {
    REQUIRE(inside.erase({client, id}) == 1);
  };
  for (int step = 0; step < 20'000; ++step) {
    now += 1ms;
    auto client = std::uint64_t{random() % 7 + 1};
    switch (random() % 8) {
    case 0:
    case 1:
    case 2:
    case 3: {
      auto id = ++last;
      inside.emplace(client, id);
      auto admission =
          queue.add(client, frame(id, random() % 2 ? std::optional(now + 20ms) : std::nullopt),
              random() % 2 ? 4 : 1'000);
      if (!admission.accepted)
        leave(client, id);
      if (admission.replaced)
        leave(client, admission.replaced->id);
      break;
    }
    case 4: {
      auto ready = queue.ready(5);
      auto done = random() % 2 ? std::optional(now + 10ms) : std::nullopt;
      auto claimed = queue.claim(5, done);
      REQUIRE((claimed.frames.size() == ready || !claimed.missed.empty()));
      for (const auto& x : claimed.frames) {
        REQUIRE((!done || !x.frame->deadline || *x.frame->deadline >= *done));
        leave(x.client, x.frame->id);
        in_work.emplace(x.client, x.frame->id);
      }
      for (const auto& x : claimed.missed)
        leave(x.client, x.frame->id);
      break;
    }
    case 5:
    case 6: {
      if (in_work.empty())
        break;
      auto handed = *std::next(in_work.begin(), static_cast<long>(random() % in_work.size()));
      in_work.erase(handed);
      queue.hand_over(handed.first, handed.second);
      break;
    }
    default: {
      for (const auto& x : queue.expire(now))
        leave(x.client, x.frame->id);
      if (random() % 20 != 0)
        break;
      queue.forget(client);
      std::erase_if(inside, [&](const auto& x) { return x.first == client; });
      std::erase_if(in_work, [&](const auto& x) { return x.first == client; });
    }
    }
  }
  for (const auto& x : queue.drop_waiting())
    leave(x.client, x.frame->id);
  CHECK(inside.empty());
  CHECK(queue.waiting() == 0);
}
