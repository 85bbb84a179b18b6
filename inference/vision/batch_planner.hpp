#pragma once

#include "inference/vision/batch_cost.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace ocelli::inference {

/// Decides how large batches are and when the next one is claimed, from what batches cost. Not
/// thread-safe.
class batch_planner {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  /// `batch_sizes` ascending, at least one, 1 or more each.
  explicit batch_planner(const std::vector<std::uint32_t>& batch_sizes)
      : running_(batch_sizes), preparing_(batch_sizes) {}

  /// Largest batch size.
  std::size_t largest() const noexcept { return running_.batch_sizes().back(); }

  /// How many of `ready` frames (1 to `largest()`) the next batch takes so that all of them are
  /// done earliest: a size filled exactly, or all that are left in a padded one. Among equals the
  /// larger batch.
  std::size_t next_batch(std::size_t ready) const;

  /// When a batch of `frames` frames ends, by what was learnt; `started` is set once the engine has
  /// begun with it. Nothing before a batch has run.
  std::optional<time_point> expected_end(
      std::size_t frames, time_point claimed, const std::optional<time_point>& started) const;

  /// When the next batch of `frames` frames should be claimed so that it is prepared as the one
  /// before ends.
  time_point claim_time(std::size_t frames, time_point end_of_running) const;

  /// True when `ready` frames should wait until the running batch has ended, because `returning`
  /// more can then be claimed with them and one batch costs less than two, the wait for preparing
  /// it included.
  bool better_together(std::size_t ready, std::size_t returning) const;

  /// An engine took this long for a batch.
  void ran(std::size_t frames, std::chrono::nanoseconds took) { running_.observe(frames, took); }
  /// Decoding and resizing took this long, from the claim.
  void prepared(std::size_t frames, std::chrono::nanoseconds took) {
    preparing_.observe(frames, took);
  }

  /// A smaller batch must end this share of the time earlier to be preferred: guards against noise
  /// in the costs.
  static constexpr double worthwhile = 0.02;

 private:
  struct outlook {
    double total = 0;           // nanoseconds until all frames are done, one batch after the other
    std::size_t first_size = 0; // batch size of the first batch
  };
  outlook best_order(std::size_t frames) const;
  double preparation(std::size_t frames) const; // nanoseconds

  batch_cost running_;
  batch_cost preparing_;
};

} // namespace ocelli::inference
