#include "actors/inference_pool.hpp"

#include "actors/failure_text.hpp"

#include <caf/actor_cast.hpp>
#include <caf/send.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <algorithm>
#include <utility>

// Frames and batches; the workers' lives are in inference_pool_workers.cpp.

namespace ocelli::actors {

inference_pool_actor::behavior_type inference_pool_state::make_behavior(
    inference_pool_options given) {
  options = std::move(given);
  queue.emplace(options.frames);
  planner.emplace(options.inference.batch_sizes);
  workers.resize(options.workers);
  self->set_down_handler([this](const caf::down_msg& down) { lost(down); });
  self->set_exit_handler([this](const caf::exit_msg& exit) { leave(exit.reason); });
  for (std::uint64_t index = 0; index < workers.size(); ++index)
    start(index);
  return {
      [this](atom::frame, client_id client, const session_actor& session,
          const queued_frame_ptr& frame) { add(client, session, frame); },
      [this](atom::handed_over, client_id client, frame_id frame) { hand_over(client, frame); },
      [this](atom::forget, client_id client) { forget(client); },
      [this](atom::ready, std::uint64_t index, std::uint64_t incarnation) {
        warm(index, incarnation);
      },
      [this](atom::started, std::uint64_t batch) { started(batch); },
      [this](atom::result, const batch_result_ptr& result) { finish(*result); },
      [this](atom::prepared, const inference::batch_ptr& work) { prepared(work); },
      [this](atom::tick, std::uint64_t generation) {
        if (timer.fired(generation))
          tick();
      },
  };
}

void inference_pool_state::add(
    client_id client, const session_actor& session, const queued_frame_ptr& frame) {
  sessions[client] = session;
  if (!any_worker(false)) {
    fail({{client, frame}}, failure_text::no_worker);
    return;
  }
  expire();
  auto admission = queue->add(client, frame);
  if (!admission.accepted)
    end({client, frame}, {.end = frame_end::rejected, .failure = failure_text::overloaded});
  if (admission.replaced)
    end({client, admission.replaced}, {.end = frame_end::superseded});
  claim();
}

void inference_pool_state::hand_over(client_id client, frame_id frame) {
  auto position = returning.find(client);
  if (position != returning.end() && --position->second == 0)
    returning.erase(position);
  queue->hand_over(client, frame);
  claim();
}

void inference_pool_state::forget(client_id client) {
  returning.erase(client);
  queue->forget(client);
  sessions.erase(client);
  claim();
}

void inference_pool_state::end(const inference::client_frame& row, frame_result result) {
  auto session = sessions.find(row.client);
  if (session == sessions.end())
    return; // the client has left
  result.id = row.frame->id;
  self->send(session->second, atom::result_v,
      frame_result_ptr(std::make_shared<frame_result>(std::move(result))));
}

void inference_pool_state::fail(
    const std::vector<inference::client_frame>& rows, const std::string& failure) {
  for (const auto& row : rows)
    end(row, {.end = frame_end::failed, .failure = failure});
}

void inference_pool_state::expire() {
  for (const auto& frame : queue->expire(self->clock().now()))
    end(frame, {.end = frame_end::expired, .failure = failure_text::deadline_exceeded});
}

// A client that has as many frames in work as it may have gets its next ones claimed as soon as
// results were handed to the sink, in a moment. Clients in step would fall apart into small batches
// if the first frame back were claimed alone.
void inference_pool_state::await_return(client_id client) {
  if (!sessions.contains(client))
    return;
  ++returning[client];
  returned_by = self->clock().now() + return_time;
}

// Gives batches to workers as long as one may have one now.
void inference_pool_state::claim() {
  expire();
  auto now = self->clock().now();
  while (auto ready = queue->ready(planner->largest())) {
    worker_slot* best = nullptr;
    for (auto& worker : workers) {
      auto at = claimable_at(worker, ready);
      if (at && *at <= now && (!best || worker.batches.size() < best->batches.size()))
        best = &worker;
    }
    if (!best)
      break;
    claim_for(*best, planner->next_batch(ready));
  }
  set_timer();
}

// When this worker may claim a batch; nothing while that depends on what happens before.
std::optional<time_point> inference_pool_state::claimable_at(
    const worker_slot& worker, std::size_t ready) const {
  if (worker.condition != worker_condition::warm || worker.batches.size() > 1)
    return std::nullopt;
  if (worker.batches.empty()) {
    auto more_soon = ready < planner->largest() &&
                     std::any_of(returning.begin(), returning.end(),
                         [this](const auto& entry) { return queue->held_back(entry.first) > 0; });
    return more_soon ? returned_by : time_point::min();
  }
  const auto& running = worker.batches.front();
  auto end = planner->expected_end(running.rows.size(), running.claimed, running.started);
  if (!end || planner->better_together(ready, returning_from(running)))
    return std::nullopt;
  return planner->claim_time(planner->next_batch(ready), *end);
}

// Frames that can be claimed once this batch has ended and not before.
std::size_t inference_pool_state::returning_from(const claimed_batch& batch) const {
  std::unordered_map<client_id, std::size_t> in_batch;
  for (const auto& row : batch.rows)
    ++in_batch[row.client];
  std::size_t count = 0;
  for (const auto& [client, rows] : in_batch)
    count += std::min(rows, queue->held_back(client));
  return count;
}

void inference_pool_state::claim_for(worker_slot& worker, std::size_t frames) {
  claimed_batch batch;
  batch.rows = queue->claim(frames);
  batch.claimed = batch.since = self->clock().now();
  batch.work = std::make_shared<inference::batch>();
  batch.work->id = ++last_batch;
  batch.work->buffer = worker.take_buffer(options.input, planner->largest());
  batch.work->items.reserve(frames);
  for (const auto& row : batch.rows)
    batch.work->items.push_back({row.frame->image, {}});
  auto work = batch.work;
  worker.batches.push_back(std::move(batch));
  // weak: decode threads may outlive the pool
  options.preparer->prepare(work, [address = self->address(), work] {
    if (auto pool = caf::actor_cast<caf::strong_actor_ptr>(address))
      caf::anon_send(caf::actor_cast<inference_pool_actor>(pool), atom::prepared_v, work);
  });
}

void inference_pool_state::prepared(const inference::batch_ptr& work) {
  auto* worker = worker_with(work->id);
  if (!worker)
    return; // its worker died or hangs, its frames have failed
  auto& batch = *worker->find(work->id);
  auto now = self->clock().now();
  planner->prepared(work->items.size(), now - batch.claimed);
  batch.preparation = work->preparation;
  batch.prepared = batch.since = now;
  std::vector<inference::client_frame> rows;
  for (std::size_t i = 0; i < work->items.size(); ++i) {
    if (work->items[i].failure.empty()) {
      rows.push_back(std::move(batch.rows[i]));
    } else {
      await_return(batch.rows[i].client);
      fail({batch.rows[i]}, work->items[i].failure);
    }
  }
  batch.rows = std::move(rows);
  if (batch.rows.empty()) {
    worker->give_back(worker->take(work->id).work->buffer);
  } else {
    batch.at_worker = true;
    self->send(worker->handle, atom::run_v, work);
  }
  claim();
}

void inference_pool_state::started(std::uint64_t id) {
  if (auto* worker = worker_with(id)) {
    auto& batch = *worker->find(id);
    batch.started = batch.since = self->clock().now();
    claim();
  }
}

void inference_pool_state::finish(const batch_result& result) {
  auto* worker = worker_with(result.batch);
  if (!worker)
    return; // it was given up
  auto batch = worker->take(result.batch);
  end_rows(batch, result);
  worker->give_back(std::move(batch.work->buffer));
  worker->pause = worker_slot::shortest_pause;
  for (auto& next : worker->batches) {
    if (next.at_worker)
      next.since = self->clock().now();
  }
  claim();
}

void inference_pool_state::end_rows(const claimed_batch& batch, const batch_result& result) {
  if (result.failure.empty())
    planner->ran(batch.rows.size(), result.inference);
  options.measures->batch_ended(batch.rows.size(), !result.failure.empty());
  auto now = self->clock().now();
  for (std::size_t i = 0; i < batch.rows.size(); ++i) {
    const auto& row = batch.rows[i];
    await_return(row.client);
    if (!result.failure.empty()) {
      fail({row}, "inference failed: " + result.failure);
      continue;
    }
    frame_result answer;
    answer.prediction = result.predictions[i];
    answer.queued = batch.claimed - row.frame->received;
    answer.preparation = batch.preparation;
    answer.inference = result.inference;
    answer.prepared = batch.prepared;
    answer.finished = now;
    answer.batch = static_cast<std::uint32_t>(batch.rows.size());
    end(row, std::move(answer));
  }
}

worker_slot* inference_pool_state::worker_with(std::uint64_t batch) {
  auto position = std::find_if(
      workers.begin(), workers.end(), [batch](auto& x) { return x.find(batch) != nullptr; });
  return position == workers.end() ? nullptr : &*position;
}

inference_pool_actor::behavior_type inference_pool(
    inference_pool_actor::stateful_pointer<inference_pool_state> self,
    const inference_pool_options& options) {
  return self->state.make_behavior(options);
}

} // namespace ocelli::actors
