#pragma once

#include "config/settings.hpp"
#include "inference/vision/batch_cost.hpp"
#include "inference/vision/batch_planner.hpp"
#include "inference/vision/frame_queue.hpp"
#include "inference/vision/return_times.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace ocelli::inference {

/// A batch that a worker shall run.
struct batch_claim {
  std::uint64_t batch = 0;          ///< Unique, counted from 1.
  std::size_t worker = 0;           ///< Index.
  std::vector<client_frame> frames; ///< In the order of the rows. May be empty.
  /// Frames that can no longer be done before their deadline. They were in no batch and end as
  /// expired.
  std::vector<client_frame> missed;
};

/// Everything that is decided about frames and batches: which frames are admitted, which worker
/// runs how many of them and when, which are too late. Events and the time are told to it, and it
/// answers; it knows no threads, no clock and no engine, so that a simulation runs the same code as
/// the server. After every event `next_claim` is asked until it has nothing, and again at
/// `next_wake_up`. Not thread-safe.
///
/// - While a worker is idle nothing waits, except for clients that are about to return, when all
///   frames are then done earlier by what was learnt, and for `inference.max_delay_ms` at most.
/// - The next batch of a busy worker is claimed when it will be prepared as the running one ends.
/// - How many frames it takes follows from what batches cost on that worker (`batch_planner`).
/// - A frame that cannot be done before its deadline is refused when it comes, and when that turns
///   out later it is taken out instead of prepared. Nothing is refused before costs were learnt,
///   and after `patience` frames in a row that were too late although a worker was idle one is run
///   nevertheless, since the costs may have changed.
class batch_former {
 public:
  using time_point = std::chrono::steady_clock::time_point;
  using nanoseconds = std::chrono::nanoseconds;

  /// `workers` 1 or more; none is ready yet.
  batch_former(const config::frame_settings& frames, const config::inference_settings& inference,
      std::size_t workers);

  /// Largest batch size.
  std::size_t largest() const noexcept { return workers_.front().planner.largest(); }

  // frames

  /// Takes a frame in, or refuses it; see `frame_queue`.
  frame_queue::admission add(std::uint64_t client, queued_frame_ptr frame, time_point now);
  /// A frame's result has been handed to the sink.
  void hand_over(std::uint64_t client, std::uint64_t frame, time_point now);
  /// Drops everything about a client, except its rows in batches under way.
  void forget(std::uint64_t client);
  /// Takes out the waiting frames whose deadline has come.
  std::vector<client_frame> expire(time_point now) { return queue_.expire(now); }
  /// Takes out all waiting frames.
  std::vector<client_frame> drop_waiting() { return queue_.drop_waiting(); }

  // workers and batches

  /// A worker can run batches; `costs` is what a batch of each size took, ascending, as far as
  /// measured.
  void worker_ready(std::size_t worker, std::span<const nanoseconds> costs);
  /// A worker cannot run batches any more; those it had are forgotten, results are on their way to
  /// their clients.
  void worker_lost(std::size_t worker, time_point now);
  /// The next thing to do now, if there is any.
  std::optional<batch_claim> next_claim(time_point now);
  /// A batch has been prepared. `failed` are the clients of the rows that could not be, one for
  /// each; their results are on their way. Without another row the batch has ended.
  void prepared(std::uint64_t batch, std::span<const std::uint64_t> failed, time_point now);
  /// An engine has begun with a batch.
  void started(std::uint64_t batch, time_point now);
  /// A batch has been run, in `took` when it was without failure; its results are on their way.
  void finished(std::uint64_t batch, std::optional<nanoseconds> took, time_point now);

  /// When time alone changes something next: `expire` or `next_claim` has to be asked then.
  std::optional<time_point> next_wake_up(time_point now);

  /// Frames that are believed to be too late before one of them is run to see.
  static constexpr std::size_t patience = 20;

 private:
  struct running_batch {
    std::uint64_t id = 0;
    std::vector<std::uint64_t> clients; // one for each row
    time_point claimed;
    std::optional<time_point> started;
  };
  struct worker_load {
    explicit worker_load(const std::vector<std::uint32_t>& batch_sizes) : planner(batch_sizes) {}
    bool ready = false;
    batch_planner planner;              // of its own, since devices may differ
    std::vector<running_batch> batches; // two at most
  };

  worker_load* worker_with(std::uint64_t batch);
  static std::vector<running_batch>::iterator find(worker_load& owner, std::uint64_t batch);
  void too_late(std::size_t frames);

  std::size_t idle_workers() const;
  bool believes(const worker_load& asked) const;
  std::optional<time_point> claimable_at(
      const worker_load& candidate, std::size_t ready, time_point now);
  std::size_t batch_for(const worker_load& claiming, std::size_t ready, time_point now) const;
  time_point end_of(
      const worker_load& owner, const running_batch& batch, time_point earliest) const;
  time_point free_at(const worker_load& owner, time_point now) const;
  time_point done_at(const worker_load& owner, std::size_t frames, time_point now) const;
  nanoseconds preparation(std::size_t frames) const;
  std::size_t reach(std::uint64_t client, const queued_frame& frame, time_point now) const;
  time_point returns_at(std::uint64_t client, time_point now) const;
  std::vector<time_point> returning_after(const running_batch& batch, time_point end) const;
  std::optional<time_point> worth_waiting(const worker_load& claiming, std::size_t ready,
      bool is_prepared, const std::vector<time_point>& returning, time_point from) const;

  frame_queue queue_;
  batch_cost preparing_; // of all workers: they share the threads
  std::vector<worker_load> workers_;
  return_times returns_;
  nanoseconds longest_wait_;
  std::optional<time_point> waiting_since_; // of the only idle worker, for clients to return
  std::size_t too_late_ = 0;                // frames in a row, while a worker was idle
  std::uint64_t last_batch_ = 0;
};

} // namespace ocelli::inference
