#include "net/socketio/client_socket.hpp"

#include "net/engineio/session_id.hpp"
#include "net/socketio/connection.hpp"
#include "net/socketio/json.hpp"
#include "net/socketio/packet.hpp"

#include <boost/asio/post.hpp>

#include <cassert>
#include <iterator>
#include <utility>

namespace ocelli::socketio {

client_socket::client_socket(std::weak_ptr<connection> owner, engineio::session_ptr session,
    std::string name_space, socketio::handshake request)
    : owner_(std::move(owner)), session_(std::move(session)), id_(engineio::make_session_id()),
      name_space_(std::move(name_space)), request_(std::move(request)) {}

send_result client_socket::emit(std::string_view name, std::string_view arguments,
    std::vector<engineio::outgoing_message> attachments, bool is_volatile) {
  assert(!is_reserved_event(name));
  packet header;
  header.type = attachments.empty() ? packet_type::event : packet_type::binary_event;
  header.attachments = static_cast<std::uint32_t>(attachments.size());
  header.name_space = name_space_;
  auto text =
      encode_packet(header, {"[", json_string(name), arguments.empty() ? "" : ",", arguments, "]"});
  return send(std::move(text), std::move(attachments), is_volatile);
}

void client_socket::disconnect(bool close) {
  if (!send_disconnect())
    return;
  boost::asio::post(session_->executor(), [self = shared_from_this(), close] {
    if (const auto owner = self->owner_.lock())
      owner->on_server_disconnect(*self, close);
  });
}

void client_socket::on_event(std::function<void(event)> handler) {
  event_handler_ = std::move(handler);
}

void client_socket::on_disconnect(std::function<void(std::string_view)> handler) {
  disconnect_handler_ = std::move(handler);
}

void client_socket::deliver(checked_packet packet, std::chrono::steady_clock::time_point received) {
  if (!connected() || !event_handler_)
    return;
  event incoming;
  incoming.name = packet.name;
  incoming.arguments = packet.arguments;
  incoming.attachments = std::move(packet.attachments);
  incoming.begun = packet.begun;
  incoming.received = received;
  incoming.owner = std::move(packet.owner);
  if (packet.header.id) {
    incoming.acknowledge = acknowledgement(
        [self = shared_from_this(), id = *packet.header.id](
            const std::string& arguments, std::vector<engineio::outgoing_message> attachments) {
          return self->send_acknowledgement(id, arguments, std::move(attachments));
        });
  }
  event_handler_(std::move(incoming));
}

bool client_socket::send_disconnect() {
  if (!connected_.exchange(false))
    return false;
  packet header;
  header.type = packet_type::disconnect;
  header.name_space = name_space_;
  session_->send({{false, std::make_shared<const std::string>(encode_packet(header))}});
  return true;
}

void client_socket::end(std::string_view reason) {
  connected_ = false;
  if (std::exchange(ended_, true))
    return;
  event_handler_ = nullptr;
  const auto handler = std::exchange(disconnect_handler_, nullptr);
  if (handler)
    handler(reason);
}

send_result client_socket::send_acknowledgement(std::uint64_t id, std::string_view arguments,
    std::vector<engineio::outgoing_message> attachments) {
  packet header;
  header.type = attachments.empty() ? packet_type::ack : packet_type::binary_ack;
  header.attachments = static_cast<std::uint32_t>(attachments.size());
  header.name_space = name_space_;
  header.id = id;
  return send(encode_packet(header, {"[", arguments, "]"}), std::move(attachments), false);
}

send_result client_socket::send(
    std::string text, std::vector<engineio::outgoing_message> attachments, bool is_volatile) {
  if (!connected())
    return send_result::closed;
  engineio::message_group group;
  group.reserve(attachments.size() + 1);
  group.push_back({false, std::make_shared<const std::string>(std::move(text))});
  group.insert(group.end(), std::make_move_iterator(attachments.begin()),
      std::make_move_iterator(attachments.end()));
  return session_->send(std::move(group), is_volatile);
}

} // namespace ocelli::socketio
