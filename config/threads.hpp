#pragma once

#include "config/settings.hpp"

#include <cstdint>
#include <string>

namespace ocelli::config {

/// How many threads do what. Chosen in one place (`plan_threads`) and printed at start.
struct thread_plan {
  std::uint32_t processors = 1;       ///< Processors this process may use.
  std::uint32_t io_threads = 1;       ///< Threads that run the network.
  std::uint32_t actor_threads = 1;    ///< Threads of the actor scheduler.
  std::uint32_t workers = 1;          ///< Inference workers, each a thread with an engine.
  std::uint32_t intra_op_threads = 1; ///< Threads inside one engine.
  std::uint32_t decode_threads = 1;   ///< Threads that decode images.
};

/// Processors this process may use: the affinity mask, cut by the CPU quota of its control group
/// (versions 1 and 2), rounded up, at least 1.
std::uint32_t available_processors();

/// The plan for `processors` and a model on `gpus` GPUs, 0 when it runs on the processors; a
/// setting other than 0 is taken as it is. With two processors: one network thread, two scheduler
/// threads, one worker with two intra-op threads, two decode threads. With GPUs: two workers each,
/// with one thread.
thread_plan plan_threads(
    const settings& configured, std::uint32_t processors, std::uint32_t gpus = 0);

/// One line for the log.
std::string to_string(const thread_plan& plan);

} // namespace ocelli::config
