#include "inference/vision/frame_queue.hpp"

#include <algorithm>
#include <cassert>

namespace ocelli::inference {

frame_queue::frame_queue(const config::frame_settings& limits)
    : newest_wins_(limits.policy == config::frame_policy::latest),
      waiting_limit_(newest_wins_ ? 1 : limits.queue),
      in_work_limit_(newest_wins_ ? 1 : limits.in_work) {}

frame_queue::admission frame_queue::add(std::uint64_t client, queued_frame_ptr frame) {
  assert(frame != nullptr);
  auto position = clients_.try_emplace(client).first;
  auto& slot = position->second;
  admission result;
  if (slot.waiting.size() >= waiting_limit_) {
    if (!newest_wins_) {
      result.accepted = false;
      return result;
    }
    result.replaced = std::move(slot.waiting.front());
    slot.waiting.pop_front();
    unwatch(client, *result.replaced);
  }
  watch(client, *frame);
  slot.waiting.push_back(std::move(frame));
  settle(position);
  return result;
}

std::size_t frame_queue::ready(std::size_t most) const {
  std::size_t count = 0;
  for (auto client : turns_) {
    const auto& slot = clients_.at(client);
    count += std::min(slot.waiting.size(), in_work_limit_ - slot.in_work.size());
    if (count >= most)
      return most;
  }
  return count;
}

std::size_t frame_queue::held_back(std::uint64_t client) const {
  auto position = clients_.find(client);
  if (position == clients_.end())
    return 0;
  auto waiting = position->second.waiting.size();
  return waiting - std::min(waiting, in_work_limit_ - position->second.in_work.size());
}

std::vector<client_frame> frame_queue::claim(std::size_t most) {
  std::vector<client_frame> claimed;
  while (claimed.size() < most && !turns_.empty()) {
    auto client = turns_.front();
    auto& slot = clients_.at(client);
    auto frame = std::move(slot.waiting.front());
    slot.waiting.pop_front();
    unwatch(client, *frame);
    slot.in_work.push_back(frame->id);
    claimed.push_back({client, std::move(frame)});
    if (claimable(slot)) {
      turns_.splice(turns_.end(), turns_, turns_.begin());
    } else {
      turns_.pop_front();
      slot.turn.reset();
    }
  }
  return claimed;
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
  position->second.waiting.clear();
  position->second.in_work.clear();
  settle(position);
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
    settle(position);
  }
  return expired;
}

std::vector<client_frame> frame_queue::drop_waiting() {
  std::vector<client_frame> dropped;
  for (auto position = clients_.begin(); position != clients_.end();) {
    auto current = position++; // settle may erase it
    for (auto& frame : current->second.waiting)
      dropped.push_back({current->first, std::move(frame)});
    current->second.waiting.clear();
    settle(current);
  }
  deadlines_.clear();
  return dropped;
}

std::optional<frame_queue::time_point> frame_queue::next_deadline() const {
  if (deadlines_.empty())
    return std::nullopt;
  return std::get<0>(*deadlines_.begin());
}

bool frame_queue::claimable(const client_slot& slot) const {
  return !slot.waiting.empty() && slot.in_work.size() < in_work_limit_;
}

// Brings turns_ in line with what the client has now, and forgets a client that has nothing.
void frame_queue::settle(client_map::iterator position) {
  auto& [client, slot] = *position;
  if (claimable(slot)) {
    if (!slot.turn)
      slot.turn = turns_.insert(turns_.end(), client);
    return;
  }
  if (slot.turn) {
    turns_.erase(*slot.turn);
    slot.turn.reset();
  }
  if (slot.waiting.empty() && slot.in_work.empty())
    clients_.erase(position);
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
