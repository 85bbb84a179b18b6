#include "net/socketio/recovery_log.hpp"

#include <charconv>
#include <chrono>
#include <system_error>
#include <utility>

namespace ocelli::socketio {

namespace {

using clock = std::chrono::steady_clock;

/// 0, which no event has, when the text is no number.
std::uint64_t to_number(std::string_view offset) {
  std::uint64_t number = 0;
  const auto* end = offset.data() + offset.size();
  const auto [stop, error] = std::from_chars(offset.data(), end, number);
  return error == std::errc() && stop == end ? number : 0;
}

} // namespace

recovery_log::recovery_log(const boost::asio::any_io_executor& executor,
    const recovery_options& options, std::size_t packets, std::size_t bytes)
    : options_(options), missed_packets_(packets), missed_bytes_(bytes), buffer_(options),
      timer_(executor) {}

// What is dropped is destroyed after the lock: it holds data of the server's author, whose
// destructors may call the library.

void recovery_log::publish(std::string_view name_space, broadcast_target target,
    const encoder& encode, const sender& send) {
  recovery_buffer::dropped_sessions dropped;
  std::lock_guard lock(mutex_);
  const auto group = encode(std::to_string(buffer_.next()));
  if (!is_stopped_)
    dropped = buffer_.add(name_space, std::move(target), group, clock::now());
  send(group);
  schedule();
}

void recovery_log::begin(recovery_session& session, const std::function<void()>& join) {
  std::lock_guard lock(mutex_);
  session.joined = buffer_.next();
  join();
}

void recovery_log::save(recovery_session session) {
  recovery_buffer::dropped_sessions dropped;
  std::lock_guard lock(mutex_);
  if (is_stopped_) {
    dropped.push_back(std::move(session));
    return;
  }
  dropped = buffer_.save(std::move(session), clock::now());
  schedule();
}

std::optional<recovery_session> recovery_log::take(
    std::string_view pid, std::string_view offset, std::string_view name_space) {
  recovery_buffer::dropped_sessions dropped;
  std::optional<recovery_session> found;
  std::lock_guard lock(mutex_);
  dropped = buffer_.expire(clock::now());
  found = buffer_.take(pid, name_space);
  if (found && !missed(*found, offset))
    dropped.push_back(*std::exchange(found, std::nullopt));
  return found;
}

void recovery_log::resume(recovery_session& session, std::string_view offset,
    const std::function<void(missed_events)>& join) {
  std::lock_guard lock(mutex_);
  auto events = missed(session, offset);
  if (!events)
    session.joined = buffer_.next();
  join(std::move(events));
}

recovery_log::missed_events recovery_log::missed(
    const recovery_session& session, std::string_view offset) const {
  return buffer_.missed(session, to_number(offset), missed_packets_, missed_bytes_);
}

bool recovery_log::holds(const std::string& sid) const {
  std::lock_guard lock(mutex_);
  return buffer_.holds(sid);
}

void recovery_log::stop() {
  recovery_buffer::dropped_sessions dropped;
  std::lock_guard lock(mutex_);
  is_stopped_ = true;
  dropped = buffer_.expire(recovery_buffer::time_point::max());
  timer_.cancel();
}

void recovery_log::schedule() {
  const auto next = buffer_.next_expiry();
  if (!next || is_stopped_ || std::exchange(is_scheduled_, true))
    return;
  timer_.expires_at(*next);
  timer_.async_wait([weak = weak_from_this()](boost::system::error_code error) {
    const auto self = weak.lock();
    if (!error && self)
      self->on_timer();
  });
}

void recovery_log::on_timer() {
  recovery_buffer::dropped_sessions dropped;
  std::lock_guard lock(mutex_);
  is_scheduled_ = false;
  dropped = buffer_.expire(clock::now());
  schedule();
}

} // namespace ocelli::socketio
