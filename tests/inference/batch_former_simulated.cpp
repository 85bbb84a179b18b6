#include "simulation/simulation.hpp"

#include <catch2/catch.hpp>

#include <memory>
#include <random>

// What holds for every load, with the real decisions and everything else in simulated time.

using namespace ocelli;
using namespace ocelli::simulation;
using namespace std::chrono_literals;

namespace {

const model_cost two_processors{"", 1'850us, 4'600us, 450us};
const model_cost gpu{"", 1'500us, 60us, 450us, 16};

struct server_options {
  config::frame_settings frames;
  std::uint32_t max_delay_ms = config::inference_settings{}.max_delay_ms;
  std::size_t workers = 1;
};

outcome run(const load& offered, const model_cost& cost, const server_options& options = {},
    std::uint64_t seed = 1) {
  return simulate(
      offered,
      [&](event_queue& events, simulated_server::end_function end) {
        return std::make_unique<adaptive_server>(events, options.frames, options.max_delay_ms,
            std::vector(options.workers, cost), std::move(end));
      },
      seed);
}

outcome run_fixed(const load& offered, const model_cost& cost, nanoseconds delay) {
  return simulate(offered, [&](event_queue& events, simulated_server::end_function end) {
    return std::make_unique<fixed_delay_server>(events, delay, cost, std::move(end));
  });
}

config::frame_settings queueing() {
  config::frame_settings frames;
  frames.policy = config::frame_policy::queue;
  return frames;
}

std::size_t answered(const outcome& result) { return result.ended[0]; }
std::size_t rejected(const outcome& result) {
  return result.ended[static_cast<std::size_t>(frame_end::rejected)];
}

} // namespace

TEST_CASE("Whatever comes, every frame ends once", "[simulation]") {
  std::mt19937_64 random(7);
  for (std::uint64_t seed = 1; seed <= 24; ++seed) {
    load offered;
    offered.duration = 2s;
    auto clients = 1 + random() % 40;
    switch (random() % 4) {
    case 0:
      offered.open = paced(clients, 30, 5ms, offered.duration, seed);
      break;
    case 1:
      offered.open = poisson(clients, 20, offered.duration, seed);
      break;
    case 2:
      offered.open = bursts(clients, 150ms, 3ms, offered.duration, seed);
      break;
    default:
      offered.closed = {clients, 2ms, 2ms};
    }
    offered.deadline = random() % 2 ? std::chrono::milliseconds(10 + random() % 300) : 0ms;
    server_options options;
    options.frames = random() % 2 ? queueing() : config::frame_settings{};
    options.max_delay_ms = static_cast<std::uint32_t>(random() % 20);
    options.workers = 1 + random() % 3;
    auto result = run(offered, random() % 2 ? gpu : two_processors, options, seed);
    CAPTURE(seed);
    REQUIRE(result.sent > 0);
    CHECK(result.all_ended() == result.sent);
    CHECK(result.ended_twice == 0);
    CHECK(answered(result) > 0);
    CHECK(result.latest_end <= 1e-6); // no deadline is told late
  }
}

TEST_CASE("A client alone never waits", "[simulation]") {
  load offered;
  offered.closed = {1, 2ms, 1ms};
  offered.duration = 5s;
  auto cost = two_processors;
  cost.noise = 0;
  auto result = run(offered, cost);
  auto least = 0.45 + 6.45 + 0.1; // decoding, the engine, handing over
  CHECK(result.latency_max <= least + 1e-6);
}

TEST_CASE("Shares are equal under overload, and answers are fresh", "[simulation]") {
  auto deadline = GENERATE(0ms, 100ms, 250ms, 1'000ms);
  auto clients = GENERATE(29U, 120U);
  CAPTURE(deadline.count(), clients);
  load offered;
  offered.duration = 20s;
  offered.deadline = deadline;
  offered.open = paced(clients, 30, 5ms, offered.duration, 3);
  auto result = run(offered, two_processors);
  CHECK(result.jain >= 0.98);
  CHECK(result.fewest > 0);
  CHECK(result.answers_per_second >= 0.9 * two_processors.capacity());
  if (deadline > 0ms) {
    // service time is that of the largest batch; frames in a batch are not given up
    auto service = 1.5e-6 * static_cast<double>(two_processors.exact(32).count());
    CHECK(result.latency_p99 <= static_cast<double>(deadline.count()) + service);
  }
}

TEST_CASE("Under overload a frame that cannot be in time is mostly told at once", "[simulation]") {
  load offered;
  offered.duration = 10s;
  offered.deadline = 100ms;
  offered.open = paced(200, 30, 5ms, offered.duration, 3);
  auto result = run(offered, two_processors);
  CHECK(static_cast<double>(rejected(result)) > 0.6 * static_cast<double>(result.sent));
  CHECK(result.latest_end <= 1e-6);
}

TEST_CASE("Nothing is refused where every deadline can be met", "[simulation]") {
  load offered;
  offered.duration = 20s;
  offered.deadline = 150ms;
  offered.open = paced(4, 20, 5ms, offered.duration, 3);
  auto result = run(offered, two_processors);
  CHECK(answered(result) == result.sent);
  CHECK(result.latency_max <= 150);
}

TEST_CASE("Clients in step do not fall apart into a small and a large batch", "[simulation]") {
  load offered;
  offered.closed = {8, 1ms, 500us};
  offered.duration = 10s;
  auto cost = two_processors;
  cost.fixed = 12ms; // a second batch is dear
  cost.per_frame = 1ms;
  auto result = run(offered, cost);
  CHECK(result.batch_size > 7.5);
  server_options never;
  never.max_delay_ms = 0;
  auto without = run(offered, cost, never);
  CHECK(result.answers_per_second > 1.1 * without.answers_per_second);
}

TEST_CASE("Waiting for clients costs a light load nothing", "[simulation]") {
  load offered;
  offered.duration = 20s;
  offered.open = poisson(5, 15, offered.duration, 5);
  server_options never;
  never.max_delay_ms = 0;
  auto with = run(offered, two_processors);
  auto without = run(offered, two_processors, never);
  CHECK(with.latency_p50 <= 1.02 * without.latency_p50);
  CHECK(with.latency_p99 <= 1.05 * without.latency_p99);
}

TEST_CASE("A costly first measurement of a size does not keep it out of use", "[simulation]") {
  load offered;
  offered.closed = {64, 1ms, 1ms};
  offered.duration = 10s;
  auto result = simulate(offered, [&](event_queue& events, simulated_server::end_function end) {
    auto believed = gpu;
    return std::make_unique<adaptive_server>(events, config::frame_settings{}, 5U,
        std::vector{believed}, std::move(end),
        [](std::size_t size, nanoseconds cost) { return size == 32 ? 20 * cost : cost; });
  });
  CHECK(result.answers_per_second > 0.8 * run(offered, gpu).answers_per_second);
}

TEST_CASE("Adaptive batching is faster than a fixed delay for one client and for recorded cameras",
    "[simulation]") {
  load one;
  one.closed = {1, 2ms, 1ms};
  one.duration = 5s;
  load cameras;
  cameras.open = recorded(OCELLI_SOURCE_DIR "/tests/data/arrivals.csv");
  cameras.duration = cameras.open.back().when + 1ms;
  for (const auto& offered : {one, cameras}) {
    auto adaptive = run(offered, two_processors);
    auto fixed = run_fixed(offered, two_processors, 10ms);
    CHECK(adaptive.all_ended() == adaptive.sent);
    CHECK(adaptive.latency_p50 < fixed.latency_p50);
    CHECK(adaptive.age < fixed.age);
  }
}
