#pragma once

#include "simulation/arrivals.hpp"
#include "simulation/simulated_server.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace ocelli::simulation {

/// Clients that send the next frame some time after the answer to the last one.
struct closed_loop {
  std::size_t clients = 0;
  nanoseconds pause{0};  ///< From an answer to the next frame, on average.
  nanoseconds jitter{0}; ///< The pause varies by so much, either way.
};

/// What clients do.
struct load {
  std::string name;
  arrivals open;           ///< Sent whatever the answers.
  closed_loop closed;      ///< As well.
  nanoseconds duration{0}; ///< Frames are sent for so long.
  nanoseconds deadline{0}; ///< Of each frame, 0 for none.
};

/// What came out. Times in milliseconds.
struct outcome {
  std::size_t sent = 0;
  std::array<std::size_t, 4> ended{}; ///< By frame_end.
  std::size_t ended_twice = 0;
  double answers_per_second = 0;
  double latency_p50 = 0; ///< From sending to the answer.
  double latency_p99 = 0;
  double latency_max = 0;
  double age = 0;         ///< Mean time since the newest answered picture was taken.
  double batch_size = 0;  ///< Mean.
  double jain = 0;        ///< Jain's index of the clients' answers.
  double latest_end = 0;  ///< Largest time from a deadline to the end of a frame not answered.
  std::size_t fewest = 0; ///< Answers of the client that got the fewest.

  std::size_t all_ended() const { return ended[0] + ended[1] + ended[2] + ended[3]; }
};

/// Makes the server that is simulated.
using make_server = std::function<std::unique_ptr<simulated_server>(
    event_queue& events, simulated_server::end_function end)>;

/// Sends a load to a server and lets everything end.
outcome simulate(const load& offered, const make_server& make, std::uint64_t seed = 1);

} // namespace ocelli::simulation
