#include "config/threads.hpp"

#include "config/processor_quota.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <memory>
#include <sched.h>
#include <thread>

namespace ocelli::config {

namespace {

std::uint32_t processors_of_affinity() {
  // the kernel refuses a set that is smaller than its own, so larger ones are tried
  for (int capacity = 1'024; capacity <= 1 << 20; capacity *= 2) {
    auto bytes = CPU_ALLOC_SIZE(capacity);
    std::unique_ptr<cpu_set_t, void (*)(cpu_set_t*)> set{
        CPU_ALLOC(capacity), [](cpu_set_t* held) { CPU_FREE(held); }};
    if (sched_getaffinity(0, bytes, set.get()) == 0)
      return static_cast<std::uint32_t>(CPU_COUNT_S(bytes, set.get()));
    if (errno != EINVAL)
      break;
  }
  return std::thread::hardware_concurrency();
}

std::uint32_t or_default(std::uint32_t configured, std::uint32_t chosen) {
  return configured == 0 ? chosen : configured;
}

} // namespace

std::uint32_t available_processors() {
  auto processors = processors_of_affinity();
  if (auto quota = processor_quota())
    processors = std::min(processors, static_cast<std::uint32_t>(std::ceil(std::min(*quota, 1e6))));
  return std::max(processors, 1U);
}

thread_plan plan_threads(const settings& configured, std::uint32_t processors, std::uint32_t gpus) {
  thread_plan result;
  result.processors = std::max(processors, 1U);
  auto quarter = result.processors / 4;
  result.io_threads = or_default(configured.server.io_threads, std::clamp(quarter, 1U, 8U));
  result.actor_threads = or_default(configured.server.actor_threads, std::clamp(quarter, 2U, 8U));
  // One engine with many threads has the lower latency for a lone frame; beyond 16 threads it no
  // longer gets faster. On a GPU one worker copies while the other one computes, and its thread
  // only waits.
  auto chosen_workers = gpus > 0 ? 2 * gpus : std::max(result.processors / 16, 1U);
  result.workers = or_default(configured.inference.workers, chosen_workers);
  auto chosen_threads = gpus > 0 ? 1U : std::max(result.processors / result.workers, 1U);
  result.intra_op_threads = or_default(configured.inference.intra_op_threads, chosen_threads);
  result.decode_threads =
      or_default(configured.inference.decode_threads, std::min(result.processors, 256U));
  return result;
}

std::string to_string(const thread_plan& plan) {
  return fmt::format("processors {}, network threads {}, actor threads {}, inference workers {} "
                     "with {} intra-op threads "
                     "each, decode threads {}",
      plan.processors, plan.io_threads, plan.actor_threads, plan.workers, plan.intra_op_threads,
      plan.decode_threads);
}

} // namespace ocelli::config
