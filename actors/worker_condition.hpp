#pragma once

#include <cstddef>
#include <cstdint>

namespace ocelli::actors {

/// Where a worker stands.
enum class worker_condition : std::uint8_t {
  starting, ///< Makes and warms its engine.
  warm,     ///< Runs batches, or waits for one.
  resting,  ///< Died, and is started again after a pause.
  hanging,  ///< Did not come back; gets nothing any more.
  gone,     ///< Could not be started the first time.
};

/// Number of values of `worker_condition`.
inline constexpr std::size_t worker_conditions = 5;

} // namespace ocelli::actors
