#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <queue>
#include <utility>
#include <vector>

namespace ocelli::simulation {

using time_point = std::chrono::steady_clock::time_point;
using nanoseconds = std::chrono::nanoseconds;

/// A clock that jumps from event to event. Events of the same time happen in the order in which
/// they were scheduled.
class event_queue {
 public:
  time_point now() const noexcept { return now_; }

  /// Calls `action` at `when`, which is not in the past.
  void at(time_point when, std::function<void()> action) {
    events_.push({when, ++last_number_, std::move(action)});
  }

  /// Lets everything happen until nothing is left or `end` has come.
  void run(time_point end) {
    while (!events_.empty() && events_.top().when <= end) {
      auto next = events_.top();
      events_.pop();
      now_ = next.when;
      next.action();
    }
  }

 private:
  struct event {
    time_point when;
    std::uint64_t number;
    std::function<void()> action;
    bool operator<(const event& other) const { // the top of a priority queue is the greatest
      return std::pair(when, number) > std::pair(other.when, other.number);
    }
  };

  std::priority_queue<event> events_;
  std::uint64_t last_number_ = 0;
  time_point now_ = time_point{} + std::chrono::hours(1); // far from the epoch
};

} // namespace ocelli::simulation
