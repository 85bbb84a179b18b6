#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

namespace ocelli::actors {

/// Bytes of frames that are held over all clients (`limits.pending_bytes`). Thread-safe.
class byte_budget : public std::enable_shared_from_this<byte_budget> {
 public:
  /// Gives its bytes back when the last copy is gone.
  using lease = std::shared_ptr<const void>;

  explicit byte_budget(std::uint64_t limit) : limit_(limit) {}

  /// Takes `bytes` plus a fixed overhead for each frame, so that tiny frames are bounded too;
  /// nullptr when the limit would be passed.
  lease acquire(std::uint64_t bytes);

  std::uint64_t used() const noexcept { return used_.load(std::memory_order_relaxed); }

  std::uint64_t limit() const noexcept { return limit_; }

  /// Counted for every lease in addition to its bytes.
  static constexpr std::uint64_t overhead = 1'024;

 private:
  std::uint64_t limit_;
  std::atomic<std::uint64_t> used_{0};
};

} // namespace ocelli::actors
