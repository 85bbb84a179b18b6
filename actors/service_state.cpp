#include "actors/service_state.hpp"

#include <utility>

namespace ocelli::actors {

service_state::service_state(std::size_t workers, std::function<void(const std::string&)> on_fatal)
    : workers_(workers), on_fatal_(std::move(on_fatal)) {}

bool service_state::ready() const noexcept {
  return started_ && warm_ > 0 && !draining_ && healthy_;
}

void service_state::worker_warm() {
  std::lock_guard lock(mutex_);
  if (++warm_ == workers_)
    started_ = true;
  changed_.notify_all();
}

void service_state::worker_lost() { --warm_; }

void service_state::start_failed(const std::string& reason) {
  std::lock_guard lock(mutex_);
  if (failure_.empty())
    failure_ = reason;
  changed_.notify_all();
}

void service_state::fatal(const std::string& reason) {
  if (!healthy_.exchange(false))
    return;
  start_failed(reason);
  if (on_fatal_)
    on_fatal_(reason);
}

std::string service_state::wait_until_ready() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return started_ || !failure_.empty(); });
  return started_ ? std::string() : failure_;
}

void service_state::thread_started() {
  std::lock_guard lock(mutex_);
  ++threads_;
}

void service_state::thread_ended() {
  std::lock_guard lock(mutex_);
  --threads_;
  changed_.notify_all();
}

bool service_state::wait_for_threads(std::chrono::milliseconds limit) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, limit, [this] { return threads_ == 0; });
}

} // namespace ocelli::actors
