#pragma once

#include "net/engineio/message.hpp"
#include "net/socketio/recovery_buffer.hpp"
#include "net/socketio/room_table.hpp"
#include "net/socketio/server_options.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ocelli::socketio {

/// The recovery buffer of a server, shared by its connections. It puts all events that it keeps
/// into one order, in which every client gets them, so that the last one that a client has seen
/// tells which ones it missed. Thread-safe; functions that are passed are called at once, and call
/// nothing here.
class recovery_log : public std::enable_shared_from_this<recovery_log> {
 public:
  using encoder = std::function<engineio::message_group(std::string_view offset)>;
  using sender = std::function<void(const engineio::message_group&)>;
  /// The events that a client missed; nullopt when it cannot get all of them.
  using missed_events = std::optional<std::vector<engineio::message_group>>;

  /// A client that missed more than `packets` messages or `bytes` cannot come back, since its
  /// write queue could not take them.
  recovery_log(const boost::asio::any_io_executor& executor, const recovery_options& options,
      std::size_t packets, std::size_t bytes);

  const recovery_options& options() const noexcept { return options_; }
  /// Keeps an event and sends it; `encode` gets its offset.
  void publish(std::string_view name_space, broadcast_target target, const encoder& encode,
      const sender& send);
  /// Gives a client that joins anew what it needs to come back, and calls `join`.
  void begin(recovery_session& session, const std::function<void()>& join);
  /// Keeps a client that may come back.
  void save(recovery_session session);
  /// Takes out the client of namespace `name_space` that has the secret `pid`, and that has seen
  /// the event with this offset; nullopt when it is not known, or cannot get what it missed.
  std::optional<recovery_session> take(
      std::string_view pid, std::string_view offset, std::string_view name_space);
  /// Calls `join` with what the client missed after `offset`. Without it the client is one that
  /// joins anew.
  void resume(recovery_session& session, std::string_view offset,
      const std::function<void(missed_events)>& join);
  /// True while a client with this id may come back.
  bool holds(const std::string& sid) const;
  /// Drops everything, and keeps nothing from now on.
  void stop();

 private:
  missed_events missed(const recovery_session& session, std::string_view offset) const;
  void schedule();
  void on_timer();

  const recovery_options options_;
  const std::size_t missed_packets_;
  const std::size_t missed_bytes_;
  mutable std::mutex mutex_;
  recovery_buffer buffer_;
  boost::asio::steady_timer timer_;
  bool is_scheduled_ = false;
  bool is_stopped_ = false;
};

} // namespace ocelli::socketio
