#pragma once

#include "actors/interfaces.hpp"
#include "actors/worker_condition.hpp"
#include "inference/vision/batch_buffer.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace ocelli::actors {

/// A batch between its claim and its result.
struct claimed_batch {
  inference::batch_ptr
      work; ///< Not touched between `prepare` and `prepared`, nor while a worker has it.
  std::vector<inference::client_frame>
      rows; ///< Frames not ended yet, in the order of the buffer's rows.
  time_point claimed;
  time_point since; ///< Its last step: claimed, prepared, first in line at the worker, or started.
  time_point prepared;
  bool at_worker = false;
  std::chrono::nanoseconds preparation{0};
};

/// One of the pool's workers: who it is, its batches (two at most) and their buffers. Belongs to
/// the pool.
class worker_slot {
 public:
  /// The batch with this id, or nullptr.
  claimed_batch* find(std::uint64_t batch);
  /// Takes out the batch with this id, which is there.
  claimed_batch take(std::uint64_t batch);
  /// A buffer from an earlier batch, or a new one from `make`.
  std::shared_ptr<inference::batch_buffer> take_buffer(
      const std::function<std::shared_ptr<inference::batch_buffer>()>& make);
  /// Gives a buffer back that nobody writes or reads any more.
  void give_back(std::shared_ptr<inference::batch_buffer> buffer) {
    buffers_.push_back(std::move(buffer));
  }
  /// When one of the batches will have waited for `limit` since its last step.
  std::optional<time_point> overdue_at(std::chrono::nanoseconds limit) const;
  /// Takes out all batches; their buffers go with them.
  std::vector<claimed_batch> abandon();

  inference_worker_actor handle;
  std::uint64_t incarnation = 0;
  worker_condition condition = worker_condition::starting;
  bool was_warm = false;
  std::vector<claimed_batch> batches;
  time_point restart_at;
  std::chrono::milliseconds pause = shortest_pause; ///< Before the next restart.

  static constexpr std::chrono::milliseconds shortest_pause{100};
  static constexpr std::chrono::milliseconds longest_pause{5'000};

 private:
  std::vector<std::shared_ptr<inference::batch_buffer>> buffers_;
};

} // namespace ocelli::actors
