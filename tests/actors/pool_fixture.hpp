#pragma once

#include "actors/inference_pool.hpp"
#include "support/deterministic_system.hpp"
#include "support/fake_inference.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace ocelli::test {

/// A worker that only notes what it is given: the test answers for it.
struct scripted_worker {
  std::uint64_t index = 0;
  std::uint64_t incarnation = 0;
  actors::inference_worker_actor handle;
  std::vector<inference::batch_ptr> given;
};

/// INFERENCE POOL with scripted workers, sessions that note their results, and a preparer under the
/// test's control.
class pool_fixture : public deterministic_system {
 public:
  pool_fixture() {
    inference.batch_sizes = {1, 2, 4, 8};
    inference.max_delay_ms = 0;
  }

  ~pool_fixture() {
    for (auto& worker : workers)
      caf::anon_send_exit(worker->handle, caf::exit_reason::kill);
  }

  /// Starts the pool; every worker is warm unless said.
  void start_pool(std::size_t count = 1, bool warm = true) {
    service = std::make_shared<actors::service_state>(
        count, [this](const std::string& why) { fatal.push_back(why); });
    actors::inference_pool_options options;
    options.workers = count;
    options.frames = frames;
    options.inference = inference;
    options.input = one_byte_input();
    options.preparer = preparer;
    measures = std::make_shared<actors::metrics>(count);
    options.service = service;
    options.measures = measures;
    options.spawn_worker = [this](const actors::inference_pool_actor&, std::uint64_t index,
                               std::uint64_t incarnation) {
      return spawn_worker(index, incarnation);
    };
    pool = start(actors::inference_pool, options);
    run();
    for (std::size_t i = 0; warm && i < count; ++i)
      say_ready(i, 0);
  }

  /// A worker is warm; `costs` of batches of each size, ascending.
  void say_ready(std::uint64_t index, std::uint64_t incarnation,
      const std::vector<std::chrono::nanoseconds>& costs = {}) {
    tell(pool, actors::atom::ready_v, actors::worker_report{index, incarnation, costs});
  }

  /// A frame with the image `value` arrives.
  void send_frame(std::uint64_t client, std::uint64_t id, std::uint8_t value = 1,
      std::optional<std::chrono::nanoseconds> deadline = {}) {
    auto frame = std::make_shared<actors::queued_frame>();
    frame->id = id;
    frame->image = make_image(value);
    frame->received = now();
    if (deadline)
      frame->deadline = now() + *deadline;
    tell(pool, actors::atom::frame_v, client, session_of(client), actors::queued_frame_ptr(frame));
  }

  void hand_over(std::uint64_t client, std::uint64_t id) {
    tell(pool, actors::atom::handed_over_v, client, id);
  }

  /// The preparer finishes the batch that has waited longest.
  void prepare_one() {
    preparer->finish_one();
    run();
  }

  /// The engine begins with the newest batch of the newest worker with this index.
  void begin(std::uint64_t index = 0) {
    tell(pool, actors::atom::started_v, worker(index).given.back()->id);
  }

  /// A batch comes back; the labels are the bytes of its rows.
  void finish(const inference::batch_ptr& work, std::chrono::nanoseconds took = {},
      const std::string& failure = {}) {
    auto result = std::make_shared<actors::batch_result>();
    result->batch = work->id;
    result->failure = failure;
    result->inference = took;
    for (const auto& item : work->items) {
      if (failure.empty() && item.failure.empty())
        result->predictions.push_back({{static_cast<std::uint32_t>(item.image.bytes[0]), 1.0F}});
    }
    tell(pool, actors::atom::result_v, actors::batch_result_ptr(result));
  }

  /// Prepares, runs and hands over one frame of a client that does nothing else; time passes as
  /// said.
  void run_one(std::uint64_t client, std::uint64_t id, std::chrono::nanoseconds preparation,
      std::chrono::nanoseconds engine) {
    send_frame(client, id);
    advance(preparation);
    prepare_one();
    begin();
    advance(engine);
    finish(worker().given.back(), engine);
    hand_over(client, id);
  }

  /// The newest incarnation of a worker.
  scripted_worker& worker(std::uint64_t index = 0) {
    auto position = std::find_if(
        workers.rbegin(), workers.rend(), [&](const auto& x) { return x->index == index; });
    return **position;
  }

  void kill_worker(std::uint64_t index = 0) {
    caf::anon_send_exit(worker(index).handle, caf::exit_reason::kill);
    run();
  }

  const std::vector<actors::frame_result>& results(std::uint64_t client) {
    return results_[client];
  }

  /// Ids of the frames in a batch, told by their images.
  static std::vector<int> images(const inference::batch& work) {
    std::vector<int> values;
    for (const auto& item : work.items)
      values.push_back(static_cast<int>(item.image.bytes[0]));
    return values;
  }

  actors::inference_worker_actor spawn_worker(std::uint64_t index, std::uint64_t incarnation) {
    if (spawning_fails)
      throw std::runtime_error("no more threads");
    auto made = std::make_shared<scripted_worker>();
    made->index = index;
    made->incarnation = incarnation;
    made->handle = system.spawn([made]() -> actors::inference_worker_actor::behavior_type {
      return {[made](actors::atom::run, const inference::batch_ptr& work) {
        made->given.push_back(work);
      }};
    });
    workers.push_back(made);
    return made->handle;
  }

  actors::session_actor session_of(std::uint64_t client) {
    auto& session = sessions_[client];
    if (session)
      return session;
    session = start([this, client]() -> actors::session_actor::behavior_type {
      return {
          [](actors::atom::frame, const actors::frame_event_ptr&) {},
          [](actors::atom::question, const actors::question_event&) {},
          [](actors::atom::stop, const actors::stop_event&) {},
          [](actors::atom::closed) {},
          [](actors::atom::abort) {},
          [this, client](actors::atom::result, const actors::frame_result_ptr& result) {
            results_[client].push_back(*result);
          },
          [](actors::atom::token, actors::question_id, const std::string&) {},
          [](actors::atom::answer, const actors::chat_result&) {},
      };
    });
    return session;
  }

  config::frame_settings frames;
  config::inference_settings inference;
  std::shared_ptr<manual_preparer> preparer = std::make_shared<manual_preparer>();
  std::shared_ptr<actors::service_state> service;
  std::shared_ptr<actors::metrics> measures;
  std::vector<std::string> fatal;
  std::vector<std::shared_ptr<scripted_worker>> workers;
  actors::inference_pool_actor pool;
  bool spawning_fails = false;

 private:
  std::map<std::uint64_t, actors::session_actor> sessions_;
  std::map<std::uint64_t, std::vector<actors::frame_result>> results_;
};

} // namespace ocelli::test
