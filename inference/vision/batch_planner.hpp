#pragma once

#include "inference/vision/batch_cost.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace ocelli::inference {

/// Decides into which batch sizes frames are split, from what batches cost on one worker. Not
/// thread-safe.
class batch_planner {
 public:
  using nanoseconds = std::chrono::nanoseconds;

  /// `batch_sizes` ascending, at least one, 1 or more each.
  explicit batch_planner(const std::vector<std::uint32_t>& batch_sizes);

  /// Largest batch size.
  std::size_t largest() const noexcept { return costs_.batch_sizes().back(); }

  /// A batch of `frames` frames, 1 to `largest()`, took this long.
  void ran(std::size_t frames, nanoseconds took);

  /// False before the first `ran`; then the times below are guesses without meaning.
  bool knows() const { return costs_.expected(1).has_value(); }

  /// How many of `ready` frames (1 to `largest()`) the next batch takes so that all of them are
  /// done earliest: a size filled exactly, or all that are left in a padded one. Among equals the
  /// larger batch.
  std::size_t next_batch(std::size_t ready) const;

  /// What a batch of `frames` frames, 1 to `largest()`, takes.
  nanoseconds cost(std::size_t frames) const;

  /// The least time for `frames` frames, 0 to `2 * largest()`, one batch after the other.
  nanoseconds total(std::size_t frames) const;

  /// How many frames can be done within this time, one batch after the other.
  std::size_t frames_within(nanoseconds time) const;

  /// The largest batch size below that of `frames` frames; 0 when there is none.
  std::size_t next_smaller(std::size_t frames) const;

  /// A smaller batch must end this share of the time earlier to be preferred: guards against noise
  /// in the costs.
  static constexpr double worthwhile = 0.02;

 private:
  struct outlook {
    double total = 0;           // nanoseconds until all frames are done, one batch after the other
    std::size_t first_size = 0; // batch size of the first batch
  };

  void plan();

  batch_cost costs_;
  std::vector<double> cost_of_size_; // nanoseconds, by index of size
  std::vector<outlook> best_;        // by number of frames
};

} // namespace ocelli::inference
