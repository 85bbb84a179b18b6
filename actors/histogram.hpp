#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace ocelli::actors {

/// Counts whole numbers (nanoseconds, frames) by size, in ranges that are fixed when it is made.
/// Thread-safe, without locks: an observation is two relaxed additions.
class histogram {
 public:
  /// What was observed by the time of a call.
  struct counted {
    /// One for each bound, not cumulative, and last what was above all of them.
    std::vector<std::uint64_t> in_range;
    /// Of all that was observed; starts again at 0 when it passes 2^64.
    std::uint64_t sum = 0;
  };

  /// `bounds`: the largest number of each range, ascending.
  explicit histogram(std::vector<std::uint64_t> bounds);

  void observe(std::uint64_t value) noexcept;

  const std::vector<std::uint64_t>& bounds() const noexcept { return bounds_; }
  /// Sum and ranges may differ by what is being observed at the same time.
  counted read() const;

 private:
  std::vector<std::uint64_t> bounds_;
  std::vector<std::atomic<std::uint64_t>> in_range_;
  std::atomic<std::uint64_t> sum_{0};
};

} // namespace ocelli::actors
