#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstdint>
#include <functional>

namespace ocelli {

/// What a stop acts on. Functions are called on the sequence's thread and must not block.
struct stop_actions {
  std::function<void()> refuse_handshakes; ///< New clients get 503 from now on.
  std::function<void()> drain;             ///< Frames and questions are refused from now on.
  std::function<std::uint64_t()> pending;  ///< Frames and questions that have not ended.
  std::function<void()> abort;             ///< Fails what is pending.
  std::function<void(std::function<void()> done)>
      close_clients;                    ///< Flushes and closes; `done` from any thread.
  std::function<void()> stop_listening; ///< Drops what is left. The last call.
};

/// Stops the service so that nothing accepted is lost: refuses what is new, waits until everything
/// accepted has been answered, fails the rest when that takes too long, flushes and closes the
/// connections, and only then stops listening. For one thread, which runs the context.
class stop_sequence {
 public:
  /// `drain_time` is how long accepted work may take before it fails.
  stop_sequence(
      boost::asio::io_context& context, stop_actions actions, std::chrono::milliseconds drain_time);

  /// Begins to stop; a second call does nothing.
  void start();

 private:
  void wait();
  void close();

  boost::asio::io_context& context_;
  boost::asio::steady_timer timer_;
  stop_actions actions_;
  std::chrono::milliseconds drain_time_;
  std::chrono::steady_clock::time_point give_up_;
  bool started_ = false;
  bool aborted_ = false;
  int quiet_ = 0;
};

} // namespace ocelli
