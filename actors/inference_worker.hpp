#pragma once

#include "actors/interfaces.hpp"

#include <cstdint>
#include <memory>

namespace ocelli::actors {

/// What a worker is given.
struct inference_worker_options {
  inference_pool_actor pool;
  std::uint64_t index = 0;       ///< Which of the pool's workers, from 0.
  std::uint64_t incarnation = 0; ///< How often that worker was started before.
  inference::engine_factory make_engine;
};

/// State of INFERENCE WORKER.
struct inference_worker_state {
  static inline constexpr const char* name = "inference_worker";

  explicit inference_worker_state(inference_worker_actor::pointer owner) : self(owner) {}

  inference_worker_actor::behavior_type make_behavior(inference_worker_options given);
  void start();
  void run(inference::batch& work);

  inference_worker_actor::pointer self;
  inference_worker_options options;
  std::unique_ptr<inference::inference_engine> engine;
};

/// Spawn it detached: it makes, warms and calls its engine on its own thread. Says `ready` to the
/// pool, or quits with a reason in words. An exception derived from `std::exception` fails the
/// batch; any other one ends the actor.
inference_worker_actor::behavior_type inference_worker(
    inference_worker_actor::stateful_pointer<inference_worker_state> self,
    const inference_worker_options& options);

} // namespace ocelli::actors
