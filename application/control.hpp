#pragma once

#include "application/exit_code.hpp"
#include "application/stop_sequence.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <chrono>
#include <optional>
#include <string>
#include <thread>

namespace ocelli {

/// Decides when the process ends, on a thread of its own: SIGTERM, SIGINT, and failures after which
/// the service cannot go on. A second signal ends the process at once, with 128 plus its number.
/// Public functions are thread-safe.
class control {
 public:
  /// From now on signals are handled. Until `serve` a signal ends the process at once, with code 0:
  /// nothing has been accepted yet.
  control();
  ~control();
  control(const control&) = delete;
  control& operator=(const control&) = delete;

  /// From now on a signal or a failure stops the service so that nothing accepted is lost. Once.
  void serve(stop_actions actions, std::chrono::milliseconds drain_time);
  /// The service cannot go on: it is stopped. Before `serve` the process ends at once, with
  /// `exit_code::cannot_go_on`.
  void fail(const std::string& reason);
  /// True when the service is stopped because of a failure.
  bool failed() const noexcept { return failed_; }
  /// The end of the process must come within this time, else it is ended with `code`: a thread
  /// that hangs cannot be joined.
  void limit_end(std::chrono::milliseconds limit, exit_code code);

 private:
  void wait_for_signal();
  void on_signal(int number);

  boost::asio::io_context context_{1};
  boost::asio::signal_set signals_;
  boost::asio::steady_timer end_;
  std::optional<stop_sequence> stop_;
  bool stopping_ = false;
  std::atomic<bool> failed_{false};
  std::jthread thread_;
};

/// End the process without waiting for any thread and without destructors.
[[noreturn]] void end_process(int code);
[[noreturn]] void end_process(exit_code code);

} // namespace ocelli
