#include "inference/vision/return_times.hpp"

#include <algorithm>
#include <cmath>

namespace ocelli::inference {

void return_times::answered(std::uint64_t client, time_point now) {
  if (longest_ <= nanoseconds(0))
    return;
  auto& habit = habits_[client];
  if (habit.answered)
    return; // of several the first one counts
  habit.answered = now;
  answers_.emplace_back(now, client);
  while (answers_.front().first + longest_ < now)
    answers_.pop_front();
}

void return_times::returned(std::uint64_t client, time_point now) {
  auto position = habits_.find(client);
  if (position == habits_.end() || !position->second.answered)
    return;
  auto& habit = position->second;
  // how much too long makes no difference, and a client that paused is soon believed again
  auto took = std::min<double>((now - *habit.answered).count(), 2.0 * longest_.count());
  habit.answered.reset();
  if (!habit.mean) {
    habit.mean = took;
    habit.deviation = took / 4;
    return;
  }
  habit.deviation += newest_weight * (std::abs(took - *habit.mean) - habit.deviation);
  *habit.mean += newest_weight * (took - *habit.mean);
}

std::optional<std::chrono::nanoseconds> return_times::expected(std::uint64_t client) const {
  auto position = habits_.find(client);
  if (position == habits_.end() || !position->second.mean)
    return std::nullopt;
  auto takes = *position->second.mean + deviations * position->second.deviation;
  if (takes > static_cast<double>(longest_.count()))
    return std::nullopt;
  return nanoseconds(std::llround(takes));
}

std::vector<return_times::time_point> return_times::coming(time_point now, time_point until) {
  std::vector<time_point> result;
  for (const auto& [answered, client] : answers_) {
    auto habit = habits_.find(client);
    auto takes = expected(client);
    if (takes && habit->second.answered == answered && answered + *takes > now &&
        answered + *takes <= until)
      result.push_back(answered + *takes);
  }
  std::sort(result.begin(), result.end());
  return result;
}

} // namespace ocelli::inference
