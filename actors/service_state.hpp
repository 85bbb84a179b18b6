#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <string>

namespace ocelli::actors {

/// Whether the service is ready, stopping or broken: written by the host and INFERENCE POOL, read
/// by everybody. Thread-safe.
class service_state {
 public:
  /// `on_fatal` is called once at most, by the thread that reports first; may be empty.
  service_state(std::size_t workers, std::function<void(const std::string& reason)> on_fatal);

  /// From now on nothing new is accepted.
  void drain() noexcept { draining_ = true; }
  bool draining() const noexcept { return draining_; }

  /// False once something happened that only a restart of the process mends.
  bool healthy() const noexcept { return healthy_; }
  /// True while frames can be answered: every worker was warm once, one is now, not draining,
  /// healthy.
  bool ready() const noexcept;

  /// A worker's engine is warm.
  void worker_warm();
  /// A worker that was warm is no longer there.
  void worker_lost();
  /// A worker cannot start at all; `wait_until_ready` returns the reason.
  void start_failed(const std::string& reason);
  /// The service cannot go on.
  void fatal(const std::string& reason);

  /// Blocks until every worker is warm, or the start has failed; returns an empty string, or why it
  /// failed.
  std::string wait_until_ready();
  /// A thread that calls an engine or a chat backend has started, or ended.
  void thread_started();
  void thread_ended();
  /// Blocks until all those threads have ended, `limit` at most; true when they have.
  bool wait_for_threads(std::chrono::milliseconds limit);

 private:
  std::size_t workers_;
  std::function<void(const std::string&)> on_fatal_;
  std::atomic<bool> draining_{false};
  std::atomic<bool> healthy_{true};
  std::atomic<bool> started_{false};
  std::atomic<std::size_t> warm_{0};
  std::mutex mutex_; // for what follows
  std::condition_variable changed_;
  std::string failure_;
  std::size_t threads_ = 0;
};

} // namespace ocelli::actors
