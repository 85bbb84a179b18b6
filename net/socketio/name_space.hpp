#pragma once

#include "net/socketio/broadcast_operator.hpp"
#include "net/socketio/namespace_handlers.hpp"
#include "net/socketio/recovery_log.hpp"
#include "net/socketio/room_table.hpp"
#include "net/socketio/socket.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace ocelli::socketio {

/// A namespace: its handlers and the clients that have joined it. What is const is thread-safe, and
/// does not block; handlers are set before the server listens. Always in a shared pointer.
class name_space final : public namespace_handlers,
                         public std::enable_shared_from_this<name_space> {
 public:
  /// `name` begins with a slash. Handlers are shared with `handlers`; without `recovery` no client
  /// comes back.
  explicit name_space(std::string name, const namespace_handlers& handlers = {},
      std::shared_ptr<recovery_log> recovery = nullptr);

  const std::string& name() const noexcept { return name_; }
  /// Clients that have joined.
  std::size_t size() const { return clients_.size(); }

  /// Every client, those in a room, or those outside of it.
  broadcast_operator broadcast() const;
  broadcast_operator to(std::string room) const;
  broadcast_operator except(std::string room) const;

  /// For the library.
  room_table& clients() const noexcept { return clients_; }
  const std::shared_ptr<recovery_log>& recovery() const noexcept { return recovery_; }

 private:
  const std::string name_;
  const std::shared_ptr<recovery_log> recovery_;
  mutable room_table clients_;
};

} // namespace ocelli::socketio
