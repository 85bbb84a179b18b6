#pragma once

#include "actors/interfaces.hpp"
#include "inference/vision/input_spec.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace ocelli::actors {

/// What a worker is given.
struct inference_worker_options {
  inference_pool_actor pool;
  std::uint64_t index = 0;       ///< Which of the pool's workers, from 0.
  std::uint64_t incarnation = 0; ///< How often that worker was started before.
  inference::engine_factory make_engine;
  inference::input_spec input;
  std::vector<std::uint32_t> batch_sizes; ///< Ascending; measured once the engine is warm.
};

/// State of INFERENCE WORKER.
struct inference_worker_state {
  static inline constexpr const char* name = "inference_worker";

  explicit inference_worker_state(inference_worker_actor::pointer owner) : self(owner) {}

  inference_worker_actor::behavior_type make_behavior(inference_worker_options given);
  void start();
  std::vector<std::chrono::nanoseconds> measure();
  void run(inference::batch& work);
  std::vector<inference::prediction> predict(
      const inference::batch_buffer& rows, std::size_t count);
  std::vector<inference::prediction> predict_in_parts(
      const inference::batch_buffer& rows, std::size_t count);

  inference_worker_actor::pointer self;
  inference_worker_options options;
  std::unique_ptr<inference::inference_engine> engine;
  std::size_t most_rows = 0; // that fit into the device's memory, 0 for no limit
  time_point limited_until;

  /// Measuring ends with the batch size at which it has taken so long.
  static constexpr std::chrono::seconds measuring_time{1};
  /// How long the engine gets no more rows at once than what fitted after it had run out of memory.
  static constexpr std::chrono::seconds limited_time{30};
};

/// Spawn it detached: it makes, warms, measures and calls its engine on its own thread. Says
/// `ready` to the pool, or quits with a reason in words. A batch for which the device has not
/// enough memory is run in halves, down to single rows. An exception derived from `std::exception`
/// fails the batch; any other one ends the actor.
inference_worker_actor::behavior_type inference_worker(
    inference_worker_actor::stateful_pointer<inference_worker_state> self,
    const inference_worker_options& options);

} // namespace ocelli::actors
