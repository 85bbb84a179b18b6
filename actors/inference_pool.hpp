#pragma once

#include "actors/interfaces.hpp"
#include "actors/metrics.hpp"
#include "actors/service_state.hpp"
#include "actors/tick_timer.hpp"
#include "actors/worker_slot.hpp"
#include "config/settings.hpp"
#include "inference/vision/batch_former.hpp"
#include "inference/vision/frame_preparer.hpp"
#include "inference/vision/input_spec.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace ocelli::actors {

/// What INFERENCE POOL is given.
struct inference_pool_options {
  std::size_t workers = 1; ///< 1 or more.
  config::frame_settings frames;
  /// Batch sizes, the longest wait for returning clients, and the time after which a worker hangs.
  config::inference_settings inference;
  inference::input_spec input;
  inference::batch_buffer::memory_source batch_memory = &inference::batch_buffer::ordinary_memory;
  std::shared_ptr<inference::frame_preparer> preparer;
  std::shared_ptr<service_state> service;
  std::shared_ptr<metrics> measures;
  /// Starts an INFERENCE WORKER (index, incarnation). May throw.
  std::function<inference_worker_actor(
      const inference_pool_actor& pool, std::uint64_t index, std::uint64_t incarnation)>
      spawn_worker;
};

/// State of INFERENCE POOL.
struct inference_pool_state {
  static inline constexpr const char* name = "inference_pool";

  explicit inference_pool_state(inference_pool_actor::pointer owner) : self(owner), timer(owner) {}

  inference_pool_actor::behavior_type make_behavior(inference_pool_options given);

  // frames
  void add(client_id client, const session_actor& session, const queued_frame_ptr& frame);
  void hand_over(client_id client, frame_id frame);
  void forget(client_id client);
  void end(const inference::client_frame& row, frame_result result);
  void fail(const std::vector<inference::client_frame>& rows, const std::string& failure);
  void expire();

  // batches
  void claim();
  void give(inference::batch_claim claim);
  void prepared(const inference::batch_ptr& work);
  void started(std::uint64_t batch);
  void finish(const batch_result& result);
  void end_rows(const claimed_batch& batch, const batch_result& result);
  worker_slot* worker_with(std::uint64_t batch);

  // workers
  void start(std::uint64_t index);
  void change(std::uint64_t index, worker_condition to);
  void warm(const worker_report& report);
  void lost(const caf::down_msg& down);
  void died(std::uint64_t index, const std::string& reason);
  void give_up_overdue();
  void restart_rested();
  bool any_worker(bool only_warm) const;
  void tick();
  void set_timer();
  void leave(const caf::error& reason);

  inference_pool_actor::pointer self;
  tick_timer<inference_pool_actor::pointer> timer;
  inference_pool_options options;
  std::optional<inference::batch_former> former; // decides; the rest carries out
  std::unordered_map<client_id, session_actor> sessions;
  std::vector<worker_slot> workers;
};

/// The queue of waiting frames and the batches made from it. Exactly one `result` for every frame
/// whose client is not forgotten.
inference_pool_actor::behavior_type inference_pool(
    inference_pool_actor::stateful_pointer<inference_pool_state> self,
    const inference_pool_options& options);

} // namespace ocelli::actors
