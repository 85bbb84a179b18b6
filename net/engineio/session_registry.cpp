#include "net/engineio/session_registry.hpp"

#include "net/engineio/server_session.hpp"

#include <utility>

namespace ocelli::engineio {

admission session_registry::check_locked() const noexcept {
  if (refusing_)
    return admission::refusing;
  return sessions_.size() < limit_ ? admission::admitted : admission::full;
}

admission session_registry::check() const {
  std::lock_guard lock(mutex_);
  return check_locked();
}

admission session_registry::insert(std::shared_ptr<server_session> session) {
  std::lock_guard lock(mutex_);
  auto result = check_locked();
  if (result == admission::admitted)
    sessions_.emplace(session->id(), std::move(session));
  return result;
}

std::shared_ptr<server_session> session_registry::find(std::string_view id) const {
  std::lock_guard lock(mutex_);
  auto found = sessions_.find(id);
  return found == sessions_.end() ? nullptr : found->second;
}

void session_registry::erase(const std::string& id) {
  std::shared_ptr<server_session> erased;
  std::vector<std::function<void()>> waiting;
  {
    std::lock_guard lock(mutex_);
    auto found = sessions_.find(id);
    if (found == sessions_.end())
      return;
    erased = std::move(found->second);
    sessions_.erase(found);
    if (sessions_.empty())
      waiting = std::exchange(waiting_, {});
  }
  for (const auto& done : waiting)
    done();
}

std::vector<std::shared_ptr<server_session>> session_registry::all() const {
  std::vector<std::shared_ptr<server_session>> sessions;
  std::lock_guard lock(mutex_);
  sessions.reserve(sessions_.size());
  for (const auto& [id, session] : sessions_)
    sessions.push_back(session);
  return sessions;
}

void session_registry::refuse() {
  std::lock_guard lock(mutex_);
  refusing_ = true;
}

void session_registry::when_empty(std::function<void()> done) {
  {
    std::lock_guard lock(mutex_);
    if (!sessions_.empty()) {
      waiting_.push_back(std::move(done));
      return;
    }
  }
  done();
}

} // namespace ocelli::engineio
