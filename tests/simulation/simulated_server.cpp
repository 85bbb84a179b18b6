#include "simulation/simulated_server.hpp"

#include <algorithm>
#include <utility>

namespace ocelli::simulation {

namespace {

config::inference_settings settings_for(
    const std::vector<model_cost>& costs, std::uint32_t max_delay_ms) {
  config::inference_settings settings;
  settings.batch_sizes = costs.front().batch_sizes;
  settings.max_delay_ms = max_delay_ms;
  return settings;
}

} // namespace

adaptive_server::adaptive_server(event_queue& events, const config::frame_settings& frames,
    std::uint32_t max_delay_ms, std::vector<model_cost> costs, end_function end,
    const measurement& measure)
    : events_(events), end_(std::move(end)),
      former_(frames, settings_for(costs, max_delay_ms), costs.size()) {
  for (std::size_t index = 0; index < costs.size(); ++index) {
    auto& cost = costs[index];
    std::vector<nanoseconds> measured;
    for (auto size : cost.batch_sizes)
      measured.push_back(measure ? measure(size, cost.padded(size)) : cost.padded(size));
    former_.worker_ready(index, measured);
    auto noise = noisy_time(cost.noise, index + 1);
    workers_.push_back({std::move(cost), noise, {}});
  }
}

void adaptive_server::add(
    std::uint64_t client, std::uint64_t frame, std::optional<time_point> deadline) {
  auto queued = std::make_shared<inference::queued_frame>();
  queued->id = frame;
  queued->received = events_.now();
  queued->deadline = deadline;
  auto admission = former_.add(client, queued, events_.now());
  if (!admission.accepted)
    end_(client, frame, frame_end::rejected);
  if (admission.replaced)
    end_(client, admission.replaced->id, frame_end::superseded);
  claim();
}

void adaptive_server::forget(std::uint64_t client) {
  former_.forget(client);
  claim();
}

void adaptive_server::claim() {
  for (const auto& [client, frame] : former_.expire(events_.now()))
    end_(client, frame->id, frame_end::expired);
  while (auto next = former_.next_claim(events_.now()))
    prepare(std::move(*next));
  if (auto wake_up = former_.next_wake_up(events_.now())) {
    events_.at(std::max(*wake_up, events_.now()), [this, generation = ++generation_] {
      if (generation == generation_)
        claim();
    });
  }
}

void adaptive_server::prepare(inference::batch_claim claimed) {
  for (const auto& [client, frame] : claimed.missed)
    end_(client, frame->id, frame_end::expired);
  if (claimed.frames.empty())
    return;
  auto index = claimed.worker;
  decoded_by_ = std::max(decoded_by_, events_.now()) +
                workers_[index].cost.preparation(claimed.frames.size());
  events_.at(
      decoded_by_, [this, index, next = batch{claimed.batch, std::move(claimed.frames)}]() mutable {
        former_.prepared(next.id, {}, events_.now());
        workers_[index].prepared.push_back(std::move(next));
        if (workers_[index].prepared.size() == 1)
          run(index);
        claim();
      });
}

void adaptive_server::run(std::size_t index) {
  auto& on = workers_[index];
  auto frames = on.prepared.front().rows.size();
  ++batches;
  rows += frames;
  former_.started(on.prepared.front().id, events_.now());
  auto took = on.noise(on.cost.padded(frames));
  events_.at(events_.now() + took, [this, index, took] { finish(index, took); });
}

void adaptive_server::finish(std::size_t index, nanoseconds took) {
  auto& on = workers_[index];
  auto ended = std::move(on.prepared.front());
  on.prepared.pop_front();
  former_.finished(ended.id, took, events_.now());
  for (const auto& [client, frame] : ended.rows) {
    events_.at(events_.now() + handing_over, [this, client = client, id = frame->id] {
      former_.hand_over(client, id, events_.now());
      end_(client, id, frame_end::answered);
      claim();
    });
  }
  if (!on.prepared.empty())
    run(index);
  claim();
}

fixed_delay_server::fixed_delay_server(
    event_queue& events, nanoseconds delay, model_cost cost, end_function end)
    : events_(events), delay_(delay), cost_(std::move(cost)), noise_(cost_.noise, 1),
      end_(std::move(end)), decoders_(cost_.decode_threads) {}

void fixed_delay_server::add(
    std::uint64_t client, std::uint64_t frame, std::optional<time_point> /*deadline*/) {
  auto& decoder = *std::min_element(decoders_.begin(), decoders_.end());
  decoder = std::max(decoder, events_.now()) + cost_.decode;
  events_.at(decoder, [this, client, frame] {
    waiting_.push_back({client, frame, events_.now()});
    run();
    if (!waiting_.empty())
      events_.at(events_.now() + delay_, [this] { run(); });
  });
}

void fixed_delay_server::run() {
  std::size_t largest = cost_.batch_sizes.back();
  if (busy_ || waiting_.empty() ||
      (waiting_.size() < largest && waiting_.front().queued + delay_ > events_.now()))
    return;
  auto count = static_cast<std::ptrdiff_t>(std::min(largest, waiting_.size()));
  std::vector<waiting_frame> batch(waiting_.begin(), waiting_.begin() + count);
  waiting_.erase(waiting_.begin(), waiting_.begin() + count);
  busy_ = true;
  ++batches;
  rows += batch.size();
  events_.at(events_.now() + noise_(cost_.padded(batch.size())), [this, batch] {
    busy_ = false;
    for (const auto& row : batch) {
      events_.at(events_.now() + adaptive_server::handing_over,
          [this, row] { end_(row.client, row.frame, frame_end::answered); });
    }
    run();
  });
}

} // namespace ocelli::simulation
