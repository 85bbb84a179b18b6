#include "net/socketio/socket.hpp"

#include "net/socketio/broadcast_operator.hpp"
#include "net/socketio/name_space.hpp"

#include <utility>

namespace ocelli::socketio {

broadcast_operator socket::broadcast() const { return name_space().except(id()); }

broadcast_operator socket::to(std::string room) const { return broadcast().to(std::move(room)); }

} // namespace ocelli::socketio
