#pragma once

#include "simulation/event_queue.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <vector>

namespace ocelli::simulation {

/// A frame that a client sends at a time, counted from the start.
struct arrival {
  nanoseconds when{0};
  std::uint64_t client = 0; ///< From 1.
};

/// Arrivals by rising time.
using arrivals = std::vector<arrival>;

/// Cameras: each client sends `rate` frames per second, begins at a random moment, and each frame
/// comes up to `jitter` late.
arrivals paced(
    std::size_t clients, double rate, nanoseconds jitter, nanoseconds duration, std::uint64_t seed);

/// Each client sends at random moments, `rate` frames per second on average.
arrivals poisson(std::size_t clients, double rate, nanoseconds duration, std::uint64_t seed);

/// All clients send within `spread`, once every `period`.
arrivals bursts(std::size_t clients, nanoseconds period, nanoseconds spread, nanoseconds duration,
    std::uint64_t seed);

/// A recorded trace: lines `seconds,client` below a line with their names. Throws
/// `std::runtime_error` when it cannot be read.
arrivals recorded(const std::filesystem::path& file);

} // namespace ocelli::simulation
