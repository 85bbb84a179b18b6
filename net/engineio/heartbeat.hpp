#pragma once

#include <chrono>
#include <cstdint>

namespace ocelli::engineio {

/// When to send a heartbeat, and when a client without an answer is given up. Holds times only, no
/// timer. Not thread-safe. Engine.IO protocol, "Heartbeat": the server sends `ping`, the client
/// answers `pong`.
class heartbeat {
 public:
  using clock = std::chrono::steady_clock;

  /// What is due.
  enum class action : std::uint8_t {
    wait,   ///< Nothing until `deadline`.
    ping,   ///< Send a heartbeat.
    expired ///< The client is gone.
  };

  heartbeat(std::chrono::milliseconds interval, std::chrono::milliseconds timeout,
      clock::time_point now) noexcept;

  /// What is due at `now`; a heartbeat counts as sent when this says `ping`.
  action advance(clock::time_point now) noexcept;
  /// When to call `advance` next.
  clock::time_point deadline() const noexcept { return deadline_; }
  /// The answer arrived: the next heartbeat is one interval away. Ignored when none is awaited.
  void pong(clock::time_point now) noexcept;
  /// Bytes of the client arrived: an awaited answer may take its full time again, as it may be
  /// queued behind them.
  void alive(clock::time_point now) noexcept;

 private:
  std::chrono::milliseconds interval_;
  std::chrono::milliseconds timeout_;
  clock::time_point deadline_;
  bool awaiting_ = false;
};

} // namespace ocelli::engineio
