#include "actors/exit_reason_text.hpp"
#include "actors/failure_text.hpp"
#include "actors/inference_pool.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <exception>

// How INFERENCE POOL starts, restarts and gives up its workers.

namespace ocelli::actors {

void inference_pool_state::start(std::uint64_t index) {
  auto& worker = workers[index];
  change(index, worker_condition::starting);
  try {
    worker.handle = options.spawn_worker(inference_pool_actor(self), index, worker.incarnation);
    self->monitor(worker.handle);
  } catch (const std::exception& error) { // no more threads
    died(index, error.what());
  }
}

void inference_pool_state::change(std::uint64_t index, worker_condition to) {
  workers[index].condition = to;
  options.measures->worker_changed(index, to);
}

void inference_pool_state::warm(const worker_report& report) {
  auto& worker = workers[report.index];
  if (worker.condition != worker_condition::starting || worker.incarnation != report.incarnation)
    return;
  change(report.index, worker_condition::warm);
  worker.was_warm = true;
  options.service->worker_warm();
  former->worker_ready(report.index, report.costs);
  claim();
}

void inference_pool_state::lost(const caf::down_msg& down) {
  auto position = std::find_if(workers.begin(), workers.end(),
      [&](const auto& x) { return x.handle && x.handle.address() == down.source; });
  if (position == workers.end())
    return;
  position->handle = nullptr;
  if (position->condition == worker_condition::hanging)
    return; // given up for good
  died(static_cast<std::uint64_t>(position - workers.begin()), exit_reason_text(down.reason));
}

void inference_pool_state::died(std::uint64_t index, const std::string& reason) {
  auto& worker = workers[index];
  auto was_running = worker.condition == worker_condition::warm;
  ++worker.incarnation;
  if (!worker.was_warm) {
    // a start that fails at once will not work later either, and whoever started the service is
    // told
    change(index, worker_condition::gone);
    options.service->start_failed(reason);
  } else {
    change(index, worker_condition::resting);
    worker.restart_at = self->clock().now() + worker.pause;
    spdlog::error("Inference worker {} died and is started again in {} ms: {}", index,
        worker.pause.count(), reason);
    worker.pause = std::min(worker.pause * 2, worker_slot::longest_pause);
  }
  if (was_running)
    options.service->worker_lost();
  former->worker_lost(index, self->clock().now());
  for (const auto& batch : worker.abandon()) {
    options.measures->batch_ended(batch.rows.size(), true);
    fail(batch.rows, failure_text::worker_failed);
  }
  // a worker that does not even start again may never do so
  if (!was_running && !any_worker(true))
    fail(former->drop_waiting(), failure_text::worker_failed);
  set_timer();
}

void inference_pool_state::give_up_overdue() {
  auto now = self->clock().now();
  for (std::size_t index = 0; index < workers.size(); ++index) {
    auto& worker = workers[index];
    auto overdue = worker.overdue_at(std::chrono::seconds(options.inference.hang_seconds));
    if (!overdue || *overdue > now)
      continue;
    if (worker.condition == worker_condition::warm)
      options.service->worker_lost();
    change(index, worker_condition::hanging);
    auto reason =
        fmt::format("inference worker {} did not come back within {} s (inference.hang_seconds)",
            index, options.inference.hang_seconds);
    spdlog::critical("Giving up: {}.", reason);
    options.service->fatal(reason);
    former->worker_lost(index, now);
    for (const auto& batch : worker.abandon()) {
      options.measures->batch_ended(batch.rows.size(), true);
      fail(batch.rows, failure_text::worker_hangs);
    }
  }
  if (!any_worker(false))
    fail(former->drop_waiting(), failure_text::no_worker);
}

void inference_pool_state::restart_rested() {
  for (std::size_t index = 0; index < workers.size(); ++index) {
    if (workers[index].condition == worker_condition::resting &&
        workers[index].restart_at <= self->clock().now()) {
      options.measures->worker_restarted(index);
      start(index);
    }
  }
}

// True while a worker is there or will be; with `only_warm`, while one can run a batch now.
bool inference_pool_state::any_worker(bool only_warm) const {
  return std::any_of(workers.begin(), workers.end(), [only_warm](const auto& worker) {
    if (only_warm)
      return worker.condition == worker_condition::warm;
    return worker.condition != worker_condition::hanging &&
           worker.condition != worker_condition::gone;
  });
}

void inference_pool_state::tick() {
  give_up_overdue();
  restart_rested();
  claim();
}

void inference_pool_state::set_timer() {
  auto earliest = former->next_wake_up(self->clock().now());
  auto consider = [&earliest](const std::optional<time_point>& when) {
    if (when && (!earliest || *when < *earliest))
      earliest = when;
  };
  for (const auto& worker : workers) {
    consider(worker.overdue_at(std::chrono::seconds(options.inference.hang_seconds)));
    if (worker.condition == worker_condition::resting)
      consider(worker.restart_at);
  }
  if (earliest)
    timer.wake_at(*earliest);
}

void inference_pool_state::leave(const caf::error& reason) {
  for (auto& worker : workers) {
    if (worker.handle)
      self->send_exit(worker.handle, caf::exit_reason::user_shutdown);
  }
  self->quit(reason);
}

} // namespace ocelli::actors
