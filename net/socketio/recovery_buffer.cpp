#include "net/socketio/recovery_buffer.hpp"

#include <algorithm>
#include <cassert>
#include <numeric>
#include <utility>

namespace ocelli::socketio {

namespace {

std::size_t size_of(const std::vector<std::string>& names) {
  return std::accumulate(names.begin(), names.end(), names.capacity() * sizeof(std::string),
      [](std::size_t sum, const std::string& name) { return sum + name.size(); });
}

std::size_t size_of(const engineio::message_group& group) {
  return std::accumulate(group.begin(), group.end(), std::size_t{0},
      [](std::size_t sum, const engineio::outgoing_message& each) {
        return sum + sizeof(std::string) + each.data->size();
      });
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool has_any(const std::vector<std::string>& names, const recovery_session& session) {
  return contains(names, session.sid) ||
         std::any_of(session.rooms.begin(), session.rooms.end(),
             [&names](const std::string& room) { return contains(names, room); });
}

bool is_for(const broadcast_target& target, const recovery_session& session) {
  return (target.rooms.empty() || has_any(target.rooms, session)) &&
         !has_any(target.except, session);
}

} // namespace

recovery_buffer::dropped_sessions recovery_buffer::add(std::string_view name_space,
    broadcast_target target, engineio::message_group group, time_point now) {
  const auto bytes = sizeof(kept_packet) + name_space.size() + size_of(target.rooms) +
                     size_of(target.except) + size_of(group);
  packets_.push_back({std::string(name_space), std::move(target), std::move(group), bytes,
      now + options_.duration});
  bytes_ += bytes;
  return shrink();
}

recovery_buffer::dropped_sessions recovery_buffer::save(recovery_session session, time_point now) {
  assert(!by_pid_.contains(session.pid) && !by_sid_.contains(session.sid));
  const auto bytes = sizeof(kept_session) + session.name_space.size() +
                     2 * (session.sid.size() + session.pid.size()) + size_of(session.rooms);
  sessions_.push_back({std::move(session), bytes, now + options_.duration});
  const auto position = std::prev(sessions_.end());
  by_pid_.emplace(position->session.pid, position);
  by_sid_.emplace(position->session.sid, position);
  bytes_ += bytes;
  return shrink();
}

std::optional<recovery_session> recovery_buffer::take(
    std::string_view pid, std::string_view name_space) {
  const auto found = by_pid_.find(pid);
  if (found == by_pid_.end() || found->second->session.name_space != name_space)
    return std::nullopt;
  return remove(found->second);
}

std::optional<std::vector<engineio::message_group>> recovery_buffer::missed(
    const recovery_session& session, std::uint64_t seen, std::size_t packets,
    std::size_t bytes) const {
  if (seen < first_ || seen >= next())
    return std::nullopt;
  std::vector<engineio::message_group> groups;
  const auto from = std::max(seen + 1, session.joined);
  for (auto i = from; i < next(); ++i) {
    const auto& each = packets_[i - first_];
    if (each.name_space != session.name_space || !is_for(each.target, session))
      continue;
    if (each.group.size() > packets || each.bytes > bytes)
      return std::nullopt;
    packets -= each.group.size();
    bytes -= each.bytes;
    groups.push_back(each.group);
  }
  return groups;
}

recovery_buffer::dropped_sessions recovery_buffer::expire(time_point now) {
  while (!packets_.empty() && packets_.front().expiry <= now)
    drop_packet();
  dropped_sessions dropped;
  while (!sessions_.empty() && sessions_.front().expiry <= now)
    dropped.push_back(remove(sessions_.begin()));
  return dropped;
}

std::optional<recovery_buffer::time_point> recovery_buffer::next_expiry() const {
  std::optional<time_point> next;
  if (!packets_.empty())
    next = packets_.front().expiry;
  if (!sessions_.empty())
    next = std::min(next.value_or(time_point::max()), sessions_.front().expiry);
  return next;
}

void recovery_buffer::drop_packet() {
  bytes_ -= packets_.front().bytes;
  packets_.pop_front();
  ++first_;
}

recovery_session recovery_buffer::remove(session_list::iterator position) {
  auto session = std::move(position->session);
  bytes_ -= position->bytes;
  by_pid_.erase(session.pid);
  by_sid_.erase(session.sid);
  sessions_.erase(position);
  return session;
}

recovery_buffer::dropped_sessions recovery_buffer::shrink() {
  dropped_sessions dropped;
  while (packets_.size() > options_.packets || (bytes_ > options_.bytes && !packets_.empty()))
    drop_packet();
  while (sessions_.size() > options_.sessions || (bytes_ > options_.bytes && !sessions_.empty()))
    dropped.push_back(remove(sessions_.begin()));
  return dropped;
}

} // namespace ocelli::socketio
