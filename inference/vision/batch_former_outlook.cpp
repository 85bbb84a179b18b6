#include "inference/vision/batch_former.hpp"

#include <algorithm>
#include <limits>
#include <unordered_map>

// What is expected of workers and clients, and what therefore pays.

namespace ocelli::inference {

std::size_t batch_former::idle_workers() const {
  return static_cast<std::size_t>(std::count_if(workers_.begin(), workers_.end(),
      [](const auto& worker) { return worker.ready && worker.batches.empty(); }));
}

// True when a frame that will be too late on this worker should not be run there.
bool batch_former::believes(const worker_load& asked) const {
  return asked.planner.knows() && too_late_ < patience;
}

// When this worker may claim a batch; nothing while that depends on what happens before.
std::optional<batch_former::time_point> batch_former::claimable_at(
    const worker_load& candidate, std::size_t ready, time_point now) {
  if (!candidate.ready || candidate.batches.size() > 1)
    return std::nullopt;
  if (candidate.batches.empty()) {
    if (idle_workers() > 1)
      return now;
    auto since = waiting_since_.value_or(now);
    auto until =
        worth_waiting(candidate, ready, false, returns_.coming(now, since + longest_wait_), now);
    if (until)
      waiting_since_ = since;
    return until.value_or(now);
  }
  if (!candidate.planner.knows())
    return std::nullopt;
  const auto& running = candidate.batches.front();
  auto end = end_of(candidate, running, running.claimed);
  auto due = end - preparation(candidate.planner.next_batch(ready));
  if (due > now)
    return due;
  end = std::max(end, now);
  auto returning = returns_.coming(now, end);
  for (auto later : returning_after(running, end))
    returning.push_back(later);
  auto until = worth_waiting(candidate, ready, true, returning, end);
  if (!until)
    return due;
  return *until < end ? until : std::nullopt; // the end is an event itself
}

// How many of the ready frames this worker would take now.
std::size_t batch_former::batch_for(
    const worker_load& claiming, std::size_t ready, time_point now) const {
  if (auto idle = idle_workers(); claiming.batches.empty() && idle > 1)
    ready = std::min(largest(), (queue_.ready(idle * largest()) + idle - 1) / idle);
  auto frames = claiming.planner.next_batch(ready);
  auto deadline = queue_.next_deadline();
  if (!believes(claiming) || !deadline || *deadline >= done_at(claiming, frames, now))
    return frames;
  // a smaller batch where fewer frames are then too late: the most that are in time for its cost
  auto best = frames;
  double best_rate = 0;
  for (auto size = frames; size > 0; size = claiming.planner.next_smaller(size)) {
    auto in_time = queue_.in_time(size, done_at(claiming, size, now));
    auto rate = static_cast<double>(in_time) /
                std::max(static_cast<double>(claiming.planner.cost(size).count()), 1.0);
    if (rate > best_rate * (1 + batch_planner::worthwhile)) {
      best = size;
      best_rate = rate;
    }
  }
  return best;
}

// When a batch of a worker of which costs are known has been run.
batch_former::time_point batch_former::end_of(
    const worker_load& owner, const running_batch& batch, time_point earliest) const {
  auto frames = batch.clients.size();
  auto begin = batch.started.value_or(std::max(earliest, batch.claimed + preparation(frames)));
  return begin + owner.planner.cost(frames);
}

// When a worker of which costs are known has run what it was given.
batch_former::time_point batch_former::free_at(const worker_load& owner, time_point now) const {
  auto end = now;
  for (const auto& batch : owner.batches)
    end = std::max(now, end_of(owner, batch, end));
  return end;
}

// When a worker is done with a batch that it claims now; at once when no costs are known.
batch_former::time_point batch_former::done_at(
    const worker_load& owner, std::size_t frames, time_point now) const {
  if (!owner.planner.knows())
    return now;
  return std::max(free_at(owner, now), now + preparation(frames)) + owner.planner.cost(frames);
}

std::chrono::nanoseconds batch_former::preparation(std::size_t frames) const {
  return preparing_.expected(frames).value_or(nanoseconds(0));
}

// How many frames can be done until the deadline of a frame that comes now, itself included.
std::size_t batch_former::reach(
    std::uint64_t client, const queued_frame& frame, time_point now) const {
  constexpr auto no_limit = std::numeric_limits<std::size_t>::max();
  if (!frame.deadline || *frame.deadline <= now)
    return no_limit; // one that is over expires at once
  auto claimable = queue_.blocked(client) ? returns_at(client, now) : now;
  auto any_ready = false;
  std::size_t within = 0;
  for (const auto& worker : workers_) {
    if (!worker.ready)
      continue;
    if (!believes(worker))
      return no_limit;
    any_ready = true;
    auto start = std::max(free_at(worker, now), now + preparation(1));
    if (std::max(start, claimable + preparation(1)) + worker.planner.cost(1) <= *frame.deadline)
      within += worker.planner.frames_within(*frame.deadline - start);
  }
  return any_ready ? within : no_limit;
}

// When the first batch under way with a frame of this client ends.
batch_former::time_point batch_former::returns_at(std::uint64_t client, time_point now) const {
  std::optional<time_point> first;
  for (const auto& worker : workers_) {
    auto end = now;
    for (const auto& batch : worker.batches) {
      end = std::max(now, end_of(worker, batch, end));
      if (std::find(batch.clients.begin(), batch.clients.end(), client) != batch.clients.end() &&
          (!first || end < *first))
        first = end;
    }
  }
  return first.value_or(now);
}

// When the clients of a running batch have their next frames ready, ascending, if it ends at `end`.
std::vector<batch_former::time_point> batch_former::returning_after(
    const running_batch& batch, time_point end) const {
  std::unordered_map<std::uint64_t, std::size_t> rows;
  for (auto client : batch.clients)
    ++rows[client];
  std::vector<time_point> result;
  for (const auto& [client, count] : rows) {
    if (auto takes = returns_.expected(client))
      result.insert(
          result.end(), std::clamp<std::size_t>(queue_.held_back(client), 1, count), end + *takes);
  }
  std::sort(result.begin(), result.end());
  return result;
}

// Until when the ready frames should wait for clients that return, so that all are done earliest,
// or nothing when that is without waiting. Times count from `from`, when the worker is free, with
// the ready frames prepared by then or to be prepared then. Clients may return before that.
std::optional<batch_former::time_point> batch_former::worth_waiting(const worker_load& claiming,
    std::size_t ready, bool is_prepared, const std::vector<time_point>& returning,
    time_point from) const {
  const auto& planner = claiming.planner;
  if (!planner.knows())
    return std::nullopt;
  auto alone = planner.total(ready) + (is_prepared ? nanoseconds(0) : preparation(ready));
  auto most = std::min(returning.size(), largest() - ready);
  nanoseconds best{0};
  std::optional<time_point> until;
  std::optional<time_point> done;
  for (std::size_t count = 1; count <= most; ++count) {
    auto wait = returning[count - 1] - from;
    auto apart = std::max(alone, wait + preparation(count)) + planner.total(count);
    auto together =
        std::max(wait + preparation(ready + count), nanoseconds(0)) + planner.total(ready + count);
    if (apart - together > std::max(best, std::chrono::duration_cast<nanoseconds>(
                                              apart * batch_planner::worthwhile))) {
      best = apart - together;
      until = returning[count - 1];
      done = from + together;
    }
  }
  auto deadline = queue_.next_deadline();
  if (until && deadline && *deadline < *done)
    return std::nullopt;
  return until;
}

} // namespace ocelli::inference
