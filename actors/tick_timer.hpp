#pragma once

#include "actors/interfaces.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>

namespace ocelli::actors {

/// Wakes an actor up by `tick` messages to itself. CAF cannot cancel a delayed message, so each
/// carries a generation and only the newest counts. Belongs to the actor.
template <class Self>
class tick_timer {
 public:
  explicit tick_timer(Self self) : self_(self) {}

  /// Sends a `tick` at `when` or earlier, `longest` from now at the latest, unless one is on its
  /// way by then.
  void wake_at(time_point when) {
    // far-off times are reached in steps, so that few stale messages are held
    when = std::min(when, self_->clock().now() + longest);
    if (pending_ && *pending_ <= when)
      return;
    pending_ = when;
    self_->scheduled_send(self_, when, atom::tick_v, ++generation_);
  }

  /// Says whether a `tick` that has arrived counts.
  bool fired(std::uint64_t generation) {
    if (generation != generation_)
      return false;
    pending_.reset();
    return true;
  }

  static constexpr std::chrono::seconds longest{1};

 private:
  Self self_;
  std::optional<time_point> pending_;
  std::uint64_t generation_ = 0;
};

} // namespace ocelli::actors
