#include "net/socketio/broadcast_operator.hpp"

#include "net/socketio/name_space.hpp"
#include "net/socketio/outgoing_packet.hpp"
#include "net/socketio/packet.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace ocelli::socketio {

broadcast_operator::broadcast_operator(std::shared_ptr<const name_space> space)
    : space_(std::move(space)) {}

broadcast_operator& broadcast_operator::to(std::string room) {
  target_.rooms.push_back(std::move(room));
  return *this;
}

broadcast_operator& broadcast_operator::except(std::string room) {
  target_.except.push_back(std::move(room));
  return *this;
}

std::size_t broadcast_operator::emit(std::string_view name, std::string_view arguments,
    std::vector<engineio::outgoing_message> attachments, bool is_volatile) const {
  assert(!is_reserved_event(name));
  const outgoing_event event{space_->name(), name, arguments};
  const auto& recovery = space_->recovery();
  if (!recovery || is_volatile)
    return send(encode_event(event, std::move(attachments)), is_volatile);
  std::size_t accepted = 0;
  recovery->publish(
      space_->name(), target_,
      [&](std::string_view offset) { return encode_event(event, std::move(attachments), offset); },
      [&](const engineio::message_group& group) { accepted = send(group, false); });
  return accepted;
}

std::vector<socket_ptr> broadcast_operator::sockets() const {
  return space_->clients().select(target_);
}

void broadcast_operator::disconnect(bool close) const {
  for (const auto& client : sockets())
    client->disconnect(close);
}

std::size_t broadcast_operator::send(const engineio::message_group& group, bool is_volatile) const {
  const auto clients = sockets();
  return static_cast<std::size_t>(
      std::count_if(clients.begin(), clients.end(), [&](const socket_ptr& client) {
        return client->send_encoded(group, is_volatile) == send_result::accepted;
      }));
}

} // namespace ocelli::socketio
