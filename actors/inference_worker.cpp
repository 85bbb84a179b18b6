#include "actors/inference_worker.hpp"

#include "actors/exit_reason_text.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <exception>
#include <iterator>
#include <utility>

namespace ocelli::actors {

namespace {

// Clients get one line; engines may report a page.
std::string first_line(const char* text) {
  std::string line(text);
  line.resize(std::min(line.find('\n'), line.size()));
  return line.empty() ? "no reason given" : line;
}

std::size_t rows_in(const inference::batch& work) {
  return static_cast<std::size_t>(std::count_if(
      work.items.begin(), work.items.end(), [](const auto& item) { return item.failure.empty(); }));
}

} // namespace

inference_worker_actor::behavior_type inference_worker_state::make_behavior(
    inference_worker_options given) {
  options = std::move(given);
  // a pool that is gone sends no EXIT
  self->set_down_handler([this](const caf::down_msg& down) { self->quit(down.reason); });
  self->monitor(options.pool);
  start();
  return {
      [this](atom::run, const inference::batch_ptr& work) { run(*work); },
  };
}

void inference_worker_state::start() {
  std::string failure;
  try {
    engine = options.make_engine(options.index);
    engine->warm_up();
    auto costs = measure();
    spdlog::info("Inference worker {} is ready: {}.", options.index, engine->description());
    self->send(options.pool, atom::ready_v,
        worker_report{options.index, options.incarnation, std::move(costs)});
    return;
  } catch (const std::exception& error) {
    failure = error.what();
  } catch (...) {
    failure = "the engine could not be started, for an unknown reason";
  }
  self->quit(failure_reason(failure));
}

// What a batch of each size takes, so that the pool does not begin with guesses. Warming up does
// not tell: the first run of a size may take many times as long.
std::vector<std::chrono::nanoseconds> inference_worker_state::measure() {
  std::vector<std::chrono::nanoseconds> costs;
  auto begin = self->clock().now();
  for (auto size : options.batch_sizes) {
    const inference::batch_buffer black(options.input, size);
    auto start = self->clock().now();
    try {
      engine->run(black, size);
    } catch (const inference::engine_out_of_memory&) {
      break; // other workers measure at the same time
    }
    auto end = self->clock().now();
    costs.push_back(end - start);
    if (end - begin > measuring_time)
      break;
  }
  return costs;
}

void inference_worker_state::run(inference::batch& work) {
  self->send(options.pool, atom::started_v, work.id);
  auto result = std::make_shared<batch_result>();
  result->batch = work.id;
  auto rows = rows_in(work);
  auto begin = self->clock().now();
  try {
    result->predictions = predict(*work.buffer, rows);
    if (result->predictions.size() != rows)
      result->failure =
          fmt::format("the engine gave {} answers for {} images", result->predictions.size(), rows);
  } catch (const std::exception& error) {
    spdlog::error(
        "Inference worker {} could not run a batch of {}: {}", options.index, rows, error.what());
    result->failure = first_line(error.what());
  } catch (...) {
    self->quit(failure_reason("the engine threw something unknown"));
    return;
  }
  if (!result->failure.empty())
    result->predictions.clear();
  result->inference = self->clock().now() - begin;
  self->send(options.pool, atom::result_v, batch_result_ptr(std::move(result)));
}

std::vector<inference::prediction> inference_worker_state::predict(
    const inference::batch_buffer& rows, std::size_t count) {
  if (self->clock().now() >= limited_until)
    most_rows = 0;
  if (most_rows > 0 && count > most_rows)
    return predict_in_parts(rows, count);
  try {
    return engine->run(rows, count);
  } catch (const inference::engine_out_of_memory& error) {
    if (count == 1)
      throw;
    spdlog::warn("Inference worker {} has not enough memory for a batch of {}, which is run in "
                 "parts: {}",
        options.index, count, first_line(error.what()));
    most_rows = (count + 1) / 2;
    limited_until = self->clock().now() + limited_time;
  }
  return predict_in_parts(rows, count);
}

std::vector<inference::prediction> inference_worker_state::predict_in_parts(
    const inference::batch_buffer& rows, std::size_t count) {
  std::vector<inference::prediction> result;
  for (std::size_t done = 0; done < count;) {
    auto left = count - done;
    auto size = most_rows > 0 ? std::min(most_rows, left) : left;
    auto part = predict(rows.part(done, size), size);
    if (part.size() != size)
      throw inference::engine_error(
          fmt::format("the engine gave {} answers for {} images", part.size(), size));
    std::move(part.begin(), part.end(), std::back_inserter(result));
    done += size;
  }
  return result;
}

inference_worker_actor::behavior_type inference_worker(
    inference_worker_actor::stateful_pointer<inference_worker_state> self,
    const inference_worker_options& options) {
  return self->state.make_behavior(options);
}

} // namespace ocelli::actors
