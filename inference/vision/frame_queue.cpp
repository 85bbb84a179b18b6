#include "inference/vision/frame_queue.hpp"

#include <algorithm>
#include <cassert>

namespace ocelli::inference {

frame_queue::frame_queue(const config::frame_settings& limits)
    : newest_wins_(limits.policy == config::frame_policy::latest),
      waiting_limit_(newest_wins_ ? 1 : limits.queue),
      in_work_limit_(newest_wins_ ? 1 : limits.in_work) {}

frame_queue::admission frame_queue::add(
    std::uint64_t client, queued_frame_ptr frame, std::size_t reach) {
  assert(frame != nullptr);
  auto [position, is_new] = clients_.try_emplace(client);
  auto& slot = position->second;
  if (is_new)
    slot.turn = ++last_turn_;
  admission result;
  auto is_full = slot.waiting.size() >= waiting_limit_;
  if ((is_full && !newest_wins_) || (reach <= waiting_ && ahead(client, slot, reach) >= reach)) {
    result.accepted = false;
    return result;
  }
  if (is_full) {
    result.replaced = std::move(slot.waiting.front());
    slot.waiting.pop_front();
    --waiting_;
    unwatch(client, *result.replaced);
  }
  watch(client, *frame);
  slot.waiting.push_back(std::move(frame));
  ++waiting_;
  settle(position);
  return result;
}

std::size_t frame_queue::ready(std::size_t most) const {
  std::size_t count = 0;
  for (const auto& [turn, client] : turns_) {
    count += claimable(clients_.at(client));
    if (count >= most)
      return most;
  }
  return count;
}

std::size_t frame_queue::held_back(std::uint64_t client) const {
  auto position = clients_.find(client);
  return position == clients_.end() ? 0
                                    : position->second.waiting.size() - claimable(position->second);
}

std::size_t frame_queue::in_time(std::size_t most, time_point done) const {
  std::size_t count = 0;
  for (const auto& [turn, client] : turns_) {
    const auto& slot = clients_.at(client);
    for (std::size_t i = 0, frames = claimable(slot); i < frames; ++i) {
      if (count == most)
        return count;
      const auto& deadline = slot.waiting[i]->deadline;
      count += !deadline || *deadline >= done ? 1 : 0;
    }
  }
  return count;
}

frame_queue::claimed frame_queue::claim(std::size_t most, const std::optional<time_point>& done) {
  claimed result;
  while (result.frames.size() < most && !turns_.empty()) {
    auto client = turns_.begin()->second;
    auto position = clients_.find(client);
    auto& slot = position->second;
    auto frame = std::move(slot.waiting.front());
    slot.waiting.pop_front();
    --waiting_;
    unwatch(client, *frame);
    if (done && frame->deadline && *frame->deadline < *done) {
      result.missed.push_back({client, std::move(frame)});
    } else {
      slot.in_work.push_back(frame->id);
      turns_.erase(turns_.begin());
      slot.turn = ++last_turn_;
      result.frames.push_back({client, std::move(frame)});
    }
    settle(position);
  }
  return result;
}

void frame_queue::hand_over(std::uint64_t client, std::uint64_t frame) {
  auto position = clients_.find(client);
  if (position == clients_.end())
    return;
  std::erase(position->second.in_work, frame);
  settle(position);
}

void frame_queue::forget(std::uint64_t client) {
  auto position = clients_.find(client);
  if (position == clients_.end())
    return;
  for (const auto& frame : position->second.waiting)
    unwatch(client, *frame);
  waiting_ -= position->second.waiting.size();
  turns_.erase(position->second.turn);
  clients_.erase(position);
}

std::vector<client_frame> frame_queue::expire(time_point now) {
  std::vector<client_frame> expired;
  while (!deadlines_.empty() && std::get<0>(*deadlines_.begin()) <= now) {
    auto [when, client, id] = *deadlines_.begin();
    deadlines_.erase(deadlines_.begin());
    auto position = clients_.find(client);
    auto& waiting = position->second.waiting;
    auto frame = std::find_if(
        waiting.begin(), waiting.end(), [wanted = id](const auto& x) { return x->id == wanted; });
    expired.push_back({client, std::move(*frame)});
    waiting.erase(frame);
    --waiting_;
    settle(position);
  }
  return expired;
}

std::vector<client_frame> frame_queue::drop_waiting() {
  std::vector<client_frame> dropped;
  for (auto position = clients_.begin(); position != clients_.end(); ++position) {
    for (auto& frame : position->second.waiting)
      dropped.push_back({position->first, std::move(frame)});
    position->second.waiting.clear();
    settle(position);
  }
  waiting_ = 0;
  deadlines_.clear();
  return dropped;
}

std::optional<frame_queue::time_point> frame_queue::next_deadline() const {
  if (deadlines_.empty())
    return std::nullopt;
  return std::get<0>(*deadlines_.begin());
}

bool frame_queue::has_turn(std::uint64_t client) const {
  auto position = clients_.find(client);
  return position != clients_.end() && turns_.contains(position->second.turn);
}

bool frame_queue::blocked(std::uint64_t client) const {
  auto position = clients_.find(client);
  if (position == clients_.end())
    return false;
  const auto& [waiting, in_work, turn] = position->second;
  return in_work.size() + (newest_wins_ ? 0 : waiting.size()) >= in_work_limit_;
}

std::size_t frame_queue::claimable(const client_slot& slot) const {
  return std::min(slot.waiting.size(), in_work_limit_ - slot.in_work.size());
}

// How many frames would be claimed before one that the client would get now; counts up to `most`.
std::size_t frame_queue::ahead(
    std::uint64_t client, const client_slot& slot, std::size_t most) const {
  auto own = newest_wins_ ? 0 : slot.waiting.size();
  auto count = own;
  for (auto turn = turns_.begin(); turn != turns_.end() && count < most; ++turn) {
    if (turn->second != client) // who has an earlier turn gets one more in
      count +=
          std::min(claimable(clients_.at(turn->second)), own + (turn->first < slot.turn ? 1 : 0));
    if (own == 0 && turn->first >= slot.turn)
      break;
  }
  return std::min(count, most);
}

// Brings turns_ in line with what the client has now.
void frame_queue::settle(client_map::iterator position) {
  auto& [client, slot] = *position;
  if (claimable(slot) > 0)
    turns_.emplace(slot.turn, client);
  else
    turns_.erase(slot.turn);
}

void frame_queue::watch(std::uint64_t client, const queued_frame& frame) {
  if (frame.deadline)
    deadlines_.emplace(*frame.deadline, client, frame.id);
}

void frame_queue::unwatch(std::uint64_t client, const queued_frame& frame) {
  if (frame.deadline)
    deadlines_.erase({*frame.deadline, client, frame.id});
}

} // namespace ocelli::inference
