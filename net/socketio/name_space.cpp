#include "net/socketio/name_space.hpp"

#include <utility>

namespace ocelli::socketio {

name_space::name_space(
    std::string name, const namespace_handlers& handlers, std::shared_ptr<recovery_log> recovery)
    : namespace_handlers(handlers), name_(std::move(name)), recovery_(std::move(recovery)) {}

broadcast_operator name_space::broadcast() const { return broadcast_operator(shared_from_this()); }

broadcast_operator name_space::to(std::string room) const {
  return broadcast().to(std::move(room));
}

broadcast_operator name_space::except(std::string room) const {
  return broadcast().except(std::move(room));
}

} // namespace ocelli::socketio
