#pragma once

#include "net/socketio/socket.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace ocelli::socketio {

/// To whom something is sent: to those in any of the rooms, or to all when there are none, except
/// those in any of `except`. A client's id is the name of a room in which it is alone.
struct broadcast_target {
  std::vector<std::string> rooms;
  std::vector<std::string> except;
};

/// The clients of one namespace and the rooms that they are in. Does not keep clients alive.
/// Thread-safe.
class room_table {
 public:
  /// Adds a client that is not in the table, in `rooms`.
  void insert(const socket_ptr& client, const std::vector<std::string>& rooms = {});
  /// Removes a client from the table and its rooms; nothing when it is not there.
  void erase(const socket& client);

  /// False when the client is not in the table, or already in `most` other rooms.
  bool join(const socket& client, std::string_view room, std::size_t most);
  void leave(const socket& client, std::string_view room);
  /// The rooms that the client has joined, in their order.
  std::vector<std::string> rooms(const socket& client) const;
  /// Each client of the target once.
  std::vector<socket_ptr> select(const broadcast_target& target) const;
  /// Clients in the table.
  std::size_t size() const;
  /// Rooms with somebody in them.
  std::size_t room_count() const;

 private:
  struct member;
  struct hash : std::hash<std::string_view> {
    using is_transparent = void;
  };
  using room_map =
      std::unordered_map<std::string, std::unordered_set<const member*>, hash, std::equal_to<>>;
  struct member {
    const socket* identity;
    std::weak_ptr<socket> client;
    std::vector<room_map::value_type*> rooms;
  };

  member* find(const socket& client);
  const member* find(const socket& client) const;
  void join(member& joining, std::string_view room);
  void remove_from(const member& leaving, room_map::value_type& room);
  void collect(std::string_view room, std::vector<const member*>& found) const;

  mutable std::mutex mutex_;
  /// By id, a view into the client's own.
  std::unordered_map<std::string_view, member> members_;
  room_map rooms_;
};

} // namespace ocelli::socketio
