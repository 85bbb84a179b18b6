#pragma once

#include "net/engineio/message.hpp"
#include "net/socketio/room_table.hpp"
#include "net/socketio/server_options.hpp"

#include <any>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace ocelli::socketio {

/// What is kept of a client that may come back.
struct recovery_session {
  std::string sid;
  std::string pid; ///< The secret by which the client is known again.
  std::string name_space;
  std::vector<std::string> rooms;
  std::any data;
  std::uint64_t joined = 0; ///< Number of the first event that the client could get.
};

/// Events that were sent, and clients that may come back for them, bounded in time, number and
/// bytes. Times are given by the caller. Not thread-safe.
class recovery_buffer {
 public:
  using time_point = std::chrono::steady_clock::time_point;
  /// Clients that are no longer kept, for the caller to destroy.
  using dropped_sessions = std::vector<recovery_session>;

  explicit recovery_buffer(const recovery_options& options) : options_(options) {}

  /// The number that the next event gets.
  std::uint64_t next() const noexcept { return first_ + packets_.size(); }
  /// Keeps an event as number `next()`.
  dropped_sessions add(std::string_view name_space, broadcast_target target,
      engineio::message_group group, time_point now);
  /// Keeps a client.
  dropped_sessions save(recovery_session session, time_point now);
  /// Takes the client of namespace `name_space` out that has the secret `pid`.
  std::optional<recovery_session> take(std::string_view pid, std::string_view name_space);
  /// True while a client with this id is kept.
  bool holds(const std::string& sid) const { return by_sid_.contains(sid); }
  /// The events for a client after number `seen`; nullopt when `seen` is not the number of an event
  /// that is still here, or when they are more than `packets` messages or `bytes`.
  std::optional<std::vector<engineio::message_group>> missed(const recovery_session& session,
      std::uint64_t seen, std::size_t packets, std::size_t bytes) const;
  /// Drops what is older than `duration`.
  dropped_sessions expire(time_point now);
  /// When `expire` has something to drop; nullopt when nothing is kept.
  std::optional<time_point> next_expiry() const;
  /// Bytes of everything that is kept.
  std::size_t bytes() const noexcept { return bytes_; }

 private:
  struct kept_packet {
    std::string name_space;
    broadcast_target target;
    engineio::message_group group;
    std::size_t bytes;
    time_point expiry;
  };
  struct kept_session {
    recovery_session session;
    std::size_t bytes;
    time_point expiry;
  };
  using session_list = std::list<kept_session>;
  struct hash : std::hash<std::string_view> {
    using is_transparent = void;
  };
  using session_map =
      std::unordered_map<std::string, session_list::iterator, hash, std::equal_to<>>;

  void drop_packet();
  recovery_session remove(session_list::iterator position);
  dropped_sessions shrink();

  recovery_options options_;
  std::uint64_t first_ = 1; ///< Number of the oldest event.
  std::deque<kept_packet> packets_;
  session_list sessions_; ///< The oldest first.
  session_map by_pid_;
  session_map by_sid_;
  std::size_t bytes_ = 0;
};

} // namespace ocelli::socketio
