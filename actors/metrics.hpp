#pragma once

#include "actors/histogram.hpp"
#include "actors/worker_condition.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace ocelli::actors {

/// The stages of a frame's life, in their order; each begins where the one before ends.
enum class frame_stage : std::uint8_t {
  read,   ///< From the first bytes of its message to the whole frame, attachments included.
  queue,  ///< Until a batch claims it: base64, admission, waiting for its turn.
  decode, ///< Until its batch is decoded and resized.
  wait,   ///< Until the engine begins with its batch.
  infer,  ///< Until the engine has run its batch.
  reply,  ///< Until it is handed to the socket: order of replies, DEDUP, JSON.
};

/// Number of values of `frame_stage`.
inline constexpr std::size_t frame_stages = 6;

/// When what happened to a frame that was answered.
struct frame_times {
  using time_point = std::chrono::steady_clock::time_point;

  time_point received;                   ///< The whole frame was there.
  time_point claimed;                    ///< A batch claimed it.
  time_point prepared;                   ///< Its batch was decoded and resized.
  std::chrono::nanoseconds inference{0}; ///< The engine ran its batch, between these two.
  time_point finished;                   ///< Its label was there.
  time_point handed_over;                ///< Its answer was handed to the socket.
};

/// What the service measures as it works, beside what `ledger` counts. Everything is thread-safe
/// and without locks; histograms of times are in nanoseconds.
class metrics {
 public:
  /// All workers are starting.
  explicit metrics(std::size_t workers);

  /// A frame has come, whatever becomes of it; `read` is how long reading it took.
  void frame_received(std::chrono::nanoseconds read) noexcept;
  void frame_answered(const frame_times& times) noexcept;
  /// A frame got the answer of an earlier one (`frames.reuse_repeated`), which takes no stage.
  void answer_reused(std::chrono::nanoseconds age) noexcept;
  /// A batch of `frames` that an engine ran, or was to run, has ended; `failed`: without labels.
  void batch_ended(std::size_t frames, bool failed) noexcept;
  void worker_changed(std::size_t worker, worker_condition now) noexcept;
  void worker_restarted(std::size_t worker) noexcept;

  /// `read` holds all frames that came, the other stages those that were answered.
  const histogram& stage(frame_stage which) const noexcept {
    return stages_[static_cast<std::size_t>(which)];
  }
  /// From `received` to `handed_over` of the frames that were answered.
  const histogram& answer_age() const noexcept { return answer_age_; }
  /// Frames in a batch.
  const histogram& batch_size() const noexcept { return batch_size_; }
  std::uint64_t batches(bool failed) const noexcept {
    return (failed ? batches_failed_ : batches_answered_).load(std::memory_order_relaxed);
  }
  std::size_t workers() const noexcept { return workers_.size(); }
  worker_condition condition(std::size_t worker) const noexcept {
    return workers_[worker].condition.load(std::memory_order_relaxed);
  }
  std::uint64_t restarts(std::size_t worker) const noexcept {
    return workers_[worker].restarts.load(std::memory_order_relaxed);
  }

 private:
  struct worker_record {
    std::atomic<worker_condition> condition{worker_condition::starting};
    std::atomic<std::uint64_t> restarts{0};
  };

  void observe(frame_stage which, std::chrono::nanoseconds time) noexcept;

  std::array<histogram, frame_stages> stages_;
  histogram answer_age_;
  histogram batch_size_;
  std::atomic<std::uint64_t> batches_answered_{0};
  std::atomic<std::uint64_t> batches_failed_{0};
  std::vector<worker_record> workers_;
};

} // namespace ocelli::actors
