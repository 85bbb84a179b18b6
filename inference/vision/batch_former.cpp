#include "inference/vision/batch_former.hpp"

#include <algorithm>
#include <cassert>

// Events; what is expected and therefore decided is in batch_former_outlook.cpp.

namespace ocelli::inference {

batch_former::batch_former(const config::frame_settings& frames,
    const config::inference_settings& inference, std::size_t workers)
    : queue_(frames), preparing_(inference.batch_sizes),
      workers_(workers, worker_load(inference.batch_sizes)),
      returns_(std::chrono::milliseconds(inference.max_delay_ms)),
      longest_wait_(std::chrono::milliseconds(inference.max_delay_ms)) {
  assert(workers >= 1);
}

frame_queue::admission batch_former::add(
    std::uint64_t client, queued_frame_ptr frame, time_point now) {
  auto within = reach(client, *frame, now);
  auto has_deadline = frame->deadline.has_value();
  auto result = queue_.add(client, std::move(frame), within);
  if (!result.accepted && has_deadline)
    too_late(1);
  if (queue_.has_turn(client))
    returns_.returned(client, now);
  return result;
}

void batch_former::hand_over(std::uint64_t client, std::uint64_t frame, time_point now) {
  queue_.hand_over(client, frame);
  if (queue_.has_turn(client))
    returns_.returned(client, now);
}

void batch_former::forget(std::uint64_t client) {
  queue_.forget(client);
  returns_.forget(client);
}

void batch_former::worker_ready(std::size_t worker, std::span<const nanoseconds> costs) {
  auto& now_ready = workers_[worker];
  now_ready.ready = true;
  const auto& sizes = preparing_.batch_sizes();
  for (std::size_t i = 0; i < std::min(costs.size(), sizes.size()); ++i)
    now_ready.planner.ran(sizes[i], costs[i]);
}

void batch_former::worker_lost(std::size_t worker, time_point now) {
  auto& lost = workers_[worker];
  lost.ready = false;
  for (const auto& batch : lost.batches) {
    for (auto client : batch.clients)
      returns_.answered(client, now);
  }
  lost.batches.clear();
}

std::optional<batch_claim> batch_former::next_claim(time_point now) {
  auto ready = queue_.ready(largest());
  worker_load* best = nullptr;
  time_point best_end;
  for (auto& candidate : workers_) {
    auto at = ready > 0 ? claimable_at(candidate, ready, now) : std::nullopt;
    if (!at || *at > now)
      continue;
    auto end = done_at(candidate, batch_for(candidate, ready, now), now);
    if (!best || candidate.batches.size() < best->batches.size() ||
        (candidate.batches.size() == best->batches.size() && end < best_end)) {
      best = &candidate;
      best_end = end;
    }
  }
  if (!best)
    return std::nullopt;
  auto frames = batch_for(*best, ready, now);
  auto done = believes(*best) ? std::optional(done_at(*best, frames, now)) : std::nullopt;
  auto claimed = queue_.claim(frames, done);
  waiting_since_.reset();
  batch_claim result{++last_batch_, static_cast<std::size_t>(best - workers_.data()),
      std::move(claimed.frames), std::move(claimed.missed)};
  if (result.frames.empty()) {
    too_late(result.missed.size());
    return result;
  }
  too_late_ = 0;
  running_batch batch;
  batch.id = result.batch;
  batch.claimed = now;
  for (const auto& row : result.frames)
    batch.clients.push_back(row.client);
  best->batches.push_back(std::move(batch));
  return result;
}

void batch_former::prepared(
    std::uint64_t id, std::span<const std::uint64_t> failed, time_point now) {
  auto* owner = worker_with(id);
  if (!owner)
    return;
  auto batch = find(*owner, id);
  preparing_.observe(batch->clients.size(), now - batch->claimed);
  for (auto client : failed) {
    batch->clients.erase(std::find(batch->clients.begin(), batch->clients.end(), client));
    returns_.answered(client, now);
  }
  if (batch->clients.empty())
    owner->batches.erase(batch);
}

void batch_former::started(std::uint64_t id, time_point now) {
  if (auto* owner = worker_with(id))
    find(*owner, id)->started = now;
}

void batch_former::finished(std::uint64_t id, std::optional<nanoseconds> took, time_point now) {
  auto* owner = worker_with(id);
  if (!owner)
    return;
  auto batch = find(*owner, id);
  if (took)
    owner->planner.ran(batch->clients.size(), *took);
  for (auto client : batch->clients)
    returns_.answered(client, now);
  owner->batches.erase(batch);
}

void batch_former::too_late(std::size_t frames) {
  if (idle_workers() > 0)
    too_late_ += frames;
}

std::optional<batch_former::time_point> batch_former::next_wake_up(time_point now) {
  auto earliest = queue_.next_deadline();
  auto ready = queue_.ready(largest());
  for (const auto& candidate : workers_) {
    auto at = ready > 0 ? claimable_at(candidate, ready, now) : std::nullopt;
    if (at && (!earliest || *at < *earliest))
      earliest = at;
  }
  return earliest;
}

batch_former::worker_load* batch_former::worker_with(std::uint64_t batch) {
  auto position = std::find_if(workers_.begin(), workers_.end(),
      [batch](auto& owner) { return find(owner, batch) != owner.batches.end(); });
  return position == workers_.end() ? nullptr : &*position;
}

std::vector<batch_former::running_batch>::iterator batch_former::find(
    worker_load& owner, std::uint64_t batch) {
  return std::find_if(owner.batches.begin(), owner.batches.end(),
      [batch](const auto& running) { return running.id == batch; });
}

} // namespace ocelli::inference
