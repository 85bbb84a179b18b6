#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace ocelli::inference {

/// What a batch of each size takes, learnt while running. Each size has an exponentially weighted
/// mean, and a line (a fixed part plus a part per frame) is fitted through the means, newer ones
/// counting more; through a single mean the line for which half of it is fixed. A size costs what
/// its mean says, and the longer it has not been run the more what the line says: an unlucky
/// measurement is not believed for ever, and a size out of proportion is tried again, the more
/// rarely the dearer it was. Not thread-safe.
class batch_cost {
 public:
  /// `batch_sizes` ascending, at least one, 1 or more each; a batch costs what the smallest size
  /// that holds it costs.
  explicit batch_cost(std::vector<std::uint32_t> batch_sizes);

  /// A batch of `frames` frames, 1 to the largest batch size, took this long. It counts as
  /// `most_change` times the mean at most, so that a single disturbance does little, and leaves a
  /// mean of `most_change` times itself at most.
  void observe(std::size_t frames, std::chrono::nanoseconds took);

  /// What a batch of `frames` frames, 1 to the largest batch size, will take; nothing before the
  /// first observation.
  std::optional<std::chrono::nanoseconds> expected(std::size_t frames) const;

  const std::vector<std::uint32_t>& batch_sizes() const noexcept { return sizes_; }

  /// Weight of the newest observation of a size in its mean; more when the mean is an old one.
  static constexpr double newest_weight = 0.2;
  static constexpr double most_change = 2;
  /// Observations of other sizes after which a mean counts half.
  static constexpr double half_life = 100;

 private:
  struct mean {
    double value = 0;          // nanoseconds
    std::uint64_t seen_at = 0; // observation number, 0 for none
  };

  std::size_t index_of(std::size_t frames) const;
  double weight(const mean& known) const;
  void fit();

  std::vector<std::uint32_t> sizes_;
  std::vector<mean> means_; // by index of size
  std::uint64_t observations_ = 0;
  double fixed_ = 0;     // nanoseconds
  double per_frame_ = 0; // nanoseconds
};

} // namespace ocelli::inference
