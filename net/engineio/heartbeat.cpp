#include "net/engineio/heartbeat.hpp"

namespace ocelli::engineio {

heartbeat::heartbeat(std::chrono::milliseconds interval, std::chrono::milliseconds timeout,
    clock::time_point now) noexcept
    : interval_(interval), timeout_(timeout), deadline_(now + interval) {}

heartbeat::action heartbeat::advance(clock::time_point now) noexcept {
  if (now < deadline_)
    return action::wait;
  if (awaiting_)
    return action::expired;
  awaiting_ = true;
  deadline_ = now + timeout_;
  return action::ping;
}

void heartbeat::pong(clock::time_point now) noexcept {
  if (!awaiting_)
    return;
  awaiting_ = false;
  deadline_ = now + interval_;
}

void heartbeat::alive(clock::time_point now) noexcept {
  if (awaiting_)
    deadline_ = now + timeout_;
}

} // namespace ocelli::engineio
