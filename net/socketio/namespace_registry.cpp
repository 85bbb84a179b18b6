#include "net/socketio/namespace_registry.hpp"

#include <algorithm>
#include <cassert>

namespace ocelli::socketio {

namespace_registry::namespace_registry(std::shared_ptr<recovery_log> recovery)
    : recovery_(std::move(recovery)) {}

name_space& namespace_registry::of(const std::string& name) {
  assert(name.starts_with('/'));
  auto& found = fixed_[name];
  if (!found)
    found = std::make_shared<name_space>(name, namespace_handlers(), recovery_);
  return *found;
}

namespace_handlers& namespace_registry::of(namespace_predicate matches) {
  families_.push_back({std::move(matches), std::make_unique<namespace_handlers>()});
  return *families_.back().handlers;
}

std::shared_ptr<name_space> namespace_registry::open(std::string_view name) {
  if (auto found = find(name))
    return found;
  const auto chosen = std::find_if(families_.begin(), families_.end(),
      [name](const family& each) { return each.matches(name); });
  if (chosen == families_.end())
    return nullptr;
  const std::shared_ptr<name_space> made(
      new name_space(std::string(name), *chosen->handlers, recovery_),
      [weak = weak_from_this()](name_space* empty) {
        if (const auto self = weak.lock())
          self->forget(empty->name());
        delete empty;
      });
  // under the lock no namespace may end, since that takes the lock as well
  std::shared_ptr<name_space> other;
  std::lock_guard lock(mutex_);
  auto& entry = dynamic_[made->name()];
  other = entry.lock();
  if (other)
    return other;
  entry = made;
  return made;
}

std::shared_ptr<name_space> namespace_registry::find(std::string_view name) const {
  const auto found = fixed_.find(name);
  return found != fixed_.end() ? found->second : find_dynamic(name);
}

std::size_t namespace_registry::dynamic_count() const {
  std::lock_guard lock(mutex_);
  return dynamic_.size();
}

std::shared_ptr<name_space> namespace_registry::find_dynamic(std::string_view name) const {
  std::lock_guard lock(mutex_);
  const auto found = dynamic_.find(name);
  return found == dynamic_.end() ? nullptr : found->second.lock();
}

void namespace_registry::forget(const std::string& name) {
  std::lock_guard lock(mutex_);
  const auto found = dynamic_.find(name);
  // another one of this name may have been made meanwhile
  if (found != dynamic_.end() && found->second.expired())
    dynamic_.erase(found);
}

} // namespace ocelli::socketio
