#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace ocelli::engineio {

/// What the parts of a server count while it runs: see `server_statistics`. Thread-safe.
class server_counters {
 public:
  void connection_accepted() noexcept { add(connections_accepted_, 1); }
  void connection_refused() noexcept { add(connections_refused_, 1); }
  void session_opened(bool websocket) noexcept {
    add(sessions_opened_, 1);
    ++open(websocket);
  }
  void session_refused() noexcept { add(sessions_refused_, 1); }
  void session_upgraded() noexcept {
    // in this order, so that an open session is never missing from the sum
    ++websocket_sessions_;
    --polling_sessions_;
  }
  void session_closed(bool websocket) noexcept { --open(websocket); }
  void received(std::size_t bytes) noexcept { add(bytes_received_, bytes); }
  void sent(std::size_t bytes) noexcept { add(bytes_sent_, bytes); }

  std::uint64_t connections_accepted() const noexcept { return connections_accepted_; }
  std::uint64_t connections_refused() const noexcept { return connections_refused_; }
  std::size_t polling_sessions() const noexcept { return polling_sessions_; }
  std::size_t websocket_sessions() const noexcept { return websocket_sessions_; }
  std::uint64_t sessions_opened() const noexcept { return sessions_opened_; }
  std::uint64_t sessions_refused() const noexcept { return sessions_refused_; }
  std::uint64_t bytes_received() const noexcept { return bytes_received_; }
  std::uint64_t bytes_sent() const noexcept { return bytes_sent_; }

 private:
  using total = std::atomic<std::uint64_t>;

  static void add(total& to, std::uint64_t amount) noexcept {
    to.fetch_add(amount, std::memory_order_relaxed);
  }
  std::atomic<std::size_t>& open(bool websocket) noexcept {
    return websocket ? websocket_sessions_ : polling_sessions_;
  }

  total connections_accepted_{0};
  total connections_refused_{0};
  total sessions_opened_{0};
  total sessions_refused_{0};
  total bytes_received_{0};
  total bytes_sent_{0};
  std::atomic<std::size_t> polling_sessions_{0};   // `session_handler::on_close` not called yet
  std::atomic<std::size_t> websocket_sessions_{0}; // likewise
};

} // namespace ocelli::engineio
