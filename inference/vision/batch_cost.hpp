#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace ocelli::inference {

/// What a batch of each size takes, learnt while running: an exponentially weighted mean for every
/// batch size seen, and for the others a line (fixed part plus a part per frame) fitted through the
/// means; through a single mean the line for which half of it is fixed. Not thread-safe.
class batch_cost {
 public:
  /// `batch_sizes` ascending, at least one, 1 or more each; a batch costs what the smallest size
  /// that holds it costs.
  explicit batch_cost(std::vector<std::uint32_t> batch_sizes);

  /// A batch of `frames` frames, 1 to the largest batch size, took this long.
  void observe(std::size_t frames, std::chrono::nanoseconds took);

  /// What a batch of `frames` frames, 1 to the largest batch size, will take; nothing before the
  /// first observation.
  std::optional<std::chrono::nanoseconds> expected(std::size_t frames) const;

  const std::vector<std::uint32_t>& batch_sizes() const noexcept { return sizes_; }

  /// Weight of the newest observation of a size.
  static constexpr double newest_weight = 0.2;

 private:
  std::size_t index_of(std::size_t frames) const;
  void fit();

  std::vector<std::uint32_t> sizes_;
  std::vector<std::optional<double>> means_; // nanoseconds, by index of size
  double fixed_ = 0;                         // nanoseconds
  double per_frame_ = 0;                     // nanoseconds
  bool seen_ = false;
};

} // namespace ocelli::inference
