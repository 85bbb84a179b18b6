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
  former.emplace(options.frames, options.inference, options.workers);
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
      [this](atom::ready, const worker_report& report) { warm(report); },
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
  auto admission = former->add(client, frame, self->clock().now());
  if (!admission.accepted)
    end({client, frame}, {.end = frame_end::rejected, .failure = failure_text::overloaded});
  if (admission.replaced)
    end({client, admission.replaced}, {.end = frame_end::superseded});
  claim();
}

void inference_pool_state::hand_over(client_id client, frame_id frame) {
  former->hand_over(client, frame, self->clock().now());
  claim();
}

void inference_pool_state::forget(client_id client) {
  former->forget(client);
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
  for (const auto& frame : former->expire(self->clock().now()))
    end(frame, {.end = frame_end::expired, .failure = failure_text::deadline_exceeded});
}

// Gives batches to workers as long as one may have one now.
void inference_pool_state::claim() {
  expire();
  while (auto next = former->next_claim(self->clock().now()))
    give(std::move(*next));
  set_timer();
}

void inference_pool_state::give(inference::batch_claim claim) {
  for (const auto& frame : claim.missed)
    end(frame, {.end = frame_end::expired, .failure = failure_text::deadline_exceeded});
  if (claim.frames.empty())
    return;
  auto& worker = workers[claim.worker];
  claimed_batch batch;
  batch.rows = std::move(claim.frames);
  batch.claimed = batch.since = self->clock().now();
  batch.work = std::make_shared<inference::batch>();
  batch.work->id = claim.batch;
  batch.work->buffer = worker.take_buffer([this] {
    return std::make_shared<inference::batch_buffer>(
        options.input, former->largest(), options.batch_memory);
  });
  batch.work->items.reserve(batch.rows.size());
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
  batch.preparation = work->preparation;
  auto now = self->clock().now();
  batch.prepared = batch.since = now;
  std::vector<inference::client_frame> rows;
  std::vector<client_id> failed;
  for (std::size_t i = 0; i < work->items.size(); ++i) {
    if (work->items[i].failure.empty()) {
      rows.push_back(std::move(batch.rows[i]));
    } else {
      failed.push_back(batch.rows[i].client);
      fail({batch.rows[i]}, work->items[i].failure);
    }
  }
  batch.rows = std::move(rows);
  former->prepared(work->id, failed, batch.since);
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
    batch.since = self->clock().now();
    former->started(id, batch.since);
    claim();
  }
}

void inference_pool_state::finish(const batch_result& result) {
  auto* worker = worker_with(result.batch);
  if (!worker)
    return; // it was given up
  auto batch = worker->take(result.batch);
  former->finished(result.batch,
      result.failure.empty() ? std::optional(result.inference) : std::nullopt, self->clock().now());
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
  options.measures->batch_ended(batch.rows.size(), !result.failure.empty());
  auto now = self->clock().now();
  for (std::size_t i = 0; i < batch.rows.size(); ++i) {
    const auto& row = batch.rows[i];
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
