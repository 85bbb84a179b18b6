#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace ocelli::actors {

/// Every frame that was received ends in exactly one of these.
enum class frame_end : std::uint8_t {
  answered,   ///< A label or `Already in list` was handed to the connection.
  superseded, ///< A newer frame of the same client took its place.
  expired,    ///< Its deadline passed: `deadline exceeded`.
  rejected,   ///< Not admitted: `overloaded` or `shutting down`.
  failed,     ///< Not an image, or the engine failed.
  cancelled,  ///< The client left before the answer.
};

/// Number of values of `frame_end`.
inline constexpr std::size_t frame_ends = 6;

/// Counts what came in and how it ended; `received == pending + sum(ended)` always holds once no
/// call is under way. Thread-safe.
class ledger {
 public:
  void frame_received() noexcept { frames_received_.fetch_add(1, std::memory_order_relaxed); }
  void frame_ended(frame_end how) noexcept {
    // release: whoever sees the end sees the receipt as well
    frames_ended_[static_cast<std::size_t>(how)].fetch_add(1, std::memory_order_release);
  }
  void question_received() noexcept { questions_received_.fetch_add(1, std::memory_order_relaxed); }
  void question_ended() noexcept { questions_ended_.fetch_add(1, std::memory_order_release); }

  std::uint64_t frames_received() const noexcept { return frames_received_.load(); }
  std::uint64_t frames_ended(frame_end how) const noexcept {
    return frames_ended_[static_cast<std::size_t>(how)].load();
  }
  std::uint64_t questions_received() const noexcept { return questions_received_.load(); }
  std::uint64_t questions_ended() const noexcept { return questions_ended_.load(); }
  /// Frames and questions received and not yet ended.
  std::uint64_t pending() const noexcept {
    // what ended is read first, so that the difference is never negative
    std::uint64_t ended = questions_ended_.load();
    for (auto& count : frames_ended_)
      ended += count.load();
    return frames_received_.load() + questions_received_.load() - ended;
  }

 private:
  std::atomic<std::uint64_t> frames_received_{0};
  std::atomic<std::uint64_t> frames_ended_[frame_ends] = {};
  std::atomic<std::uint64_t> questions_received_{0};
  std::atomic<std::uint64_t> questions_ended_{0};
};

} // namespace ocelli::actors
