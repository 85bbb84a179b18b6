#include "actors/metrics.hpp"

#include <algorithm>

namespace ocelli::actors {

namespace {

using std::chrono::nanoseconds;

/// 0.1 ms to 10 s, three to a decade: stages beside the engine's take less than a millisecond.
std::vector<std::uint64_t> time_bounds() {
  std::vector<std::uint64_t> bounds;
  for (std::uint64_t decade = 100'000; decade < 10'000'000'000; decade *= 10)
    bounds.insert(bounds.end(), {decade, decade * 5 / 2, decade * 5});
  bounds.push_back(10'000'000'000);
  return bounds;
}

/// Powers of two up to the largest batch that can be configured.
std::vector<std::uint64_t> size_bounds() {
  std::vector<std::uint64_t> bounds;
  for (std::uint64_t size = 1; size <= 1'024; size *= 2)
    bounds.push_back(size);
  return bounds;
}

/// The threads that note the moments read the same clock at different times, so that a difference
/// of neighbours may come out below nothing.
std::uint64_t count_of(nanoseconds time) {
  return static_cast<std::uint64_t>(std::max(time, nanoseconds{0}).count());
}

} // namespace

metrics::metrics(std::size_t workers)
    : stages_{histogram{time_bounds()}, histogram{time_bounds()}, histogram{time_bounds()},
          histogram{time_bounds()}, histogram{time_bounds()}, histogram{time_bounds()}},
      answer_age_(time_bounds()), batch_size_(size_bounds()), workers_(workers) {}

void metrics::observe(frame_stage which, nanoseconds time) noexcept {
  stages_[static_cast<std::size_t>(which)].observe(count_of(time));
}

void metrics::frame_received(nanoseconds read) noexcept { observe(frame_stage::read, read); }

void metrics::frame_answered(const frame_times& times) noexcept {
  observe(frame_stage::queue, times.claimed - times.received);
  observe(frame_stage::decode, times.prepared - times.claimed);
  observe(frame_stage::wait, times.finished - times.prepared - times.inference);
  observe(frame_stage::infer, times.inference);
  observe(frame_stage::reply, times.handed_over - times.finished);
  answer_age_.observe(count_of(times.handed_over - times.received));
}

void metrics::answer_reused(nanoseconds age) noexcept { answer_age_.observe(count_of(age)); }

void metrics::batch_ended(std::size_t frames, bool failed) noexcept {
  batch_size_.observe(frames);
  (failed ? batches_failed_ : batches_answered_).fetch_add(1, std::memory_order_relaxed);
}

void metrics::worker_changed(std::size_t worker, worker_condition now) noexcept {
  workers_[worker].condition.store(now, std::memory_order_relaxed);
}

void metrics::worker_restarted(std::size_t worker) noexcept {
  workers_[worker].restarts.fetch_add(1, std::memory_order_relaxed);
}

} // namespace ocelli::actors
