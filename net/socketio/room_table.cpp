#include "net/socketio/room_table.hpp"

#include <algorithm>

namespace ocelli::socketio {

void room_table::insert(const socket_ptr& client, const std::vector<std::string>& rooms) {
  std::lock_guard lock(mutex_);
  auto& added = members_[client->id()];
  added.identity = client.get();
  added.client = client;
  for (const auto& room : rooms)
    join(added, room);
}

void room_table::erase(const socket& client) {
  std::lock_guard lock(mutex_);
  auto* leaving = find(client);
  if (leaving == nullptr)
    return;
  for (auto* room : leaving->rooms)
    remove_from(*leaving, *room);
  members_.erase(client.id());
}

bool room_table::join(const socket& client, std::string_view room, std::size_t most) {
  std::lock_guard lock(mutex_);
  auto* joining = find(client);
  if (joining == nullptr)
    return false;
  const auto present = rooms_.find(room);
  if (present != rooms_.end() && present->second.contains(joining))
    return true;
  if (joining->rooms.size() >= most)
    return false;
  join(*joining, room);
  return true;
}

void room_table::leave(const socket& client, std::string_view room) {
  std::lock_guard lock(mutex_);
  auto* leaving = find(client);
  const auto left = rooms_.find(room);
  if (leaving == nullptr || left == rooms_.end())
    return;
  std::erase(leaving->rooms, &*left);
  remove_from(*leaving, *left);
}

std::vector<std::string> room_table::rooms(const socket& client) const {
  std::lock_guard lock(mutex_);
  std::vector<std::string> names;
  if (const auto* asked = find(client)) {
    for (const auto* room : asked->rooms)
      names.push_back(room->first);
  }
  return names;
}

std::vector<socket_ptr> room_table::select(const broadcast_target& target) const {
  std::vector<socket_ptr> selected;
  const auto select_one = [&](const member& one) {
    if (auto client = one.client.lock())
      selected.push_back(std::move(client));
  };
  std::lock_guard lock(mutex_);
  std::vector<const member*> found;
  for (const auto& name : target.except)
    collect(name, found);
  std::unordered_set<const member*> seen(found.begin(), found.end());
  if (target.rooms.empty()) {
    selected.reserve(members_.size());
    for (const auto& [id, one] : members_) {
      if (seen.empty() || !seen.contains(&one))
        select_one(one);
    }
    return selected;
  }
  found.clear();
  for (const auto& name : target.rooms)
    collect(name, found);
  for (const auto* one : found) {
    if (seen.insert(one).second)
      select_one(*one);
  }
  return selected;
}

std::size_t room_table::size() const {
  std::lock_guard lock(mutex_);
  return members_.size();
}

std::size_t room_table::room_count() const {
  std::lock_guard lock(mutex_);
  return rooms_.size();
}

room_table::member* room_table::find(const socket& client) {
  const auto found = members_.find(client.id());
  // a socket that is recovered has the id of the one before it
  return found != members_.end() && found->second.identity == &client ? &found->second : nullptr;
}

const room_table::member* room_table::find(const socket& client) const {
  return const_cast<room_table*>(this)->find(client);
}

void room_table::join(member& joining, std::string_view room) {
  auto found = rooms_.find(room);
  if (found == rooms_.end())
    found = rooms_.emplace(std::string(room), room_map::mapped_type()).first;
  if (found->second.insert(&joining).second)
    joining.rooms.push_back(&*found);
}

void room_table::remove_from(const member& leaving, room_map::value_type& room) {
  room.second.erase(&leaving);
  if (room.second.empty())
    rooms_.erase(rooms_.find(room.first));
}

void room_table::collect(std::string_view room, std::vector<const member*>& found) const {
  if (const auto joined = rooms_.find(room); joined != rooms_.end())
    found.insert(found.end(), joined->second.begin(), joined->second.end());
  if (const auto alone = members_.find(room); alone != members_.end())
    found.push_back(&alone->second);
}

} // namespace ocelli::socketio
