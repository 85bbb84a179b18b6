#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

namespace ocelli::inference {

/// How long after its answer a client has a frame that can be claimed: because it sends the next
/// one when it has the answer, or because the next one already waits for the answer to be handed
/// over. Learnt per client as an exponentially weighted mean and mean deviation, as the round-trip
/// time of TCP is (Jacobson, "Congestion Avoidance and Control", 1988). Not thread-safe.
class return_times {
 public:
  using time_point = std::chrono::steady_clock::time_point;
  using nanoseconds = std::chrono::nanoseconds;

  /// Clients that return later than `longest` after their answer are not expected.
  explicit return_times(nanoseconds longest) : longest_(longest) {}

  /// The result of a client's frame is on its way to it.
  void answered(std::uint64_t client, time_point now);

  /// A client has a frame that can be claimed.
  void returned(std::uint64_t client, time_point now);

  /// How long this client takes to return, deviation included; nothing when that was not learnt yet
  /// or is more than `longest`.
  std::optional<nanoseconds> expected(std::uint64_t client) const;

  /// When the clients return that were answered and have not returned, ascending, after `now` only
  /// and not after `until`.
  std::vector<time_point> coming(time_point now, time_point until);

  /// Drops everything about a client.
  void forget(std::uint64_t client) { habits_.erase(client); }

  /// Weight of the newest observation in the mean and in the mean deviation.
  static constexpr double newest_weight = 0.25;
  /// Mean deviations that are added to the mean.
  static constexpr double deviations = 2;

 private:
  struct client_habit {
    std::optional<time_point> answered; // and not returned since
    std::optional<double> mean;         // nanoseconds
    double deviation = 0;               // nanoseconds
  };

  nanoseconds longest_;
  std::unordered_map<std::uint64_t, client_habit> habits_;
  std::deque<std::pair<time_point, std::uint64_t>> answers_; // of late, oldest first
};

} // namespace ocelli::inference
