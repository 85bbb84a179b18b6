#include "net/socketio/connection.hpp"

#include "net/socketio/json.hpp"
#include "net/socketio/packet.hpp"
#include "net/socketio/payload.hpp"

#include <algorithm>
#include <utility>
#include <variant>

namespace ocelli::socketio {

namespace {

engineio::message_group one_text(std::string text) {
  return {{false, std::make_shared<const std::string>(std::move(text))}};
}

/// Keeps a connection while its session lives.
class connection_session_handler final : public engineio::session_handler {
 public:
  explicit connection_session_handler(std::shared_ptr<connection> connection)
      : connection_(std::move(connection)) {}

  void on_message(
      engineio::message incoming, std::chrono::steady_clock::time_point received) override {
    connection_->on_message(incoming, received);
  }
  void on_close(engineio::close_reason reason) override { connection_->on_close(reason); }

 private:
  std::shared_ptr<connection> connection_;
};

} // namespace

connection::connection(
    engineio::session_ptr session, std::shared_ptr<const connection_settings> settings)
    : session_(std::move(session)), settings_(std::move(settings)),
      assembler_(settings_->options.engine.message_bytes), connect_timer_(session_->executor()),
      attachments_timer_(session_->executor()) {}

void connection::open() {
  connect_timer_.expires_after(settings_->options.connect_timeout);
  connect_timer_.async_wait([weak = weak_from_this()](boost::system::error_code error) {
    const auto self = weak.lock();
    if (error || !self || self->is_closing_)
      return;
    self->is_closing_ = true;
    self->session_->close(engineio::close_reason::forced_close);
  });
}

void connection::on_message(const engineio::message& incoming, time_point received) {
  if (is_closing_)
    return;
  if (incoming.binary)
    on_binary(incoming, received);
  else
    on_text(incoming, received);
}

void connection::on_close(engineio::close_reason reason) {
  is_closing_ = true;
  connect_timer_.cancel();
  attachments_timer_.cancel();
  assembler_.reset();
  for (const auto& [name, socket] : std::exchange(sockets_, {})) {
    if (socket)
      socket->end(engineio::to_string(reason));
  }
}

void connection::on_server_disconnect(client_socket& left, bool close) {
  constexpr std::string_view reason = "server namespace disconnect";
  left.end(reason);
  const auto found = sockets_.find(left.name_space());
  if (found != sockets_.end() && found->second.get() == &left)
    found->second = nullptr;
  if (!close || is_closing_)
    return;
  is_closing_ = true;
  for (const auto& [name, socket] : std::exchange(sockets_, {})) {
    if (!socket)
      continue;
    socket->send_disconnect();
    socket->end(reason);
  }
  session_->close(engineio::close_reason::forced_close);
}

void connection::on_text(const engineio::message& incoming, time_point received) {
  if (assembler_.waiting())
    return fail(packet_error::text_while_reconstructing);
  const auto& options = settings_->options;
  const auto decoded = decode_packet(incoming.data, {options.attachments, options.name_bytes});
  if (const auto* error = std::get_if<packet_error>(&decoded))
    return fail(*error);
  const auto& header = std::get<packet>(decoded);
  if (header.type != packet_type::connect && !is_joined(header.name_space))
    return fail(packet_error::not_connected);
  auto checked = check_payload(header, incoming, {options.json_depth, options.name_bytes});
  if (const auto* error = std::get_if<packet_error>(&checked))
    return fail(*error);
  auto& packet = std::get<checked_packet>(checked);
  if (header.attachments == 0)
    return on_packet(std::move(packet), received);
  assembler_.begin(std::move(packet));
  watch_attachments(std::chrono::steady_clock::now() + options.attachment_timeout);
}

void connection::on_binary(const engineio::message& incoming, time_point received) {
  if (!assembler_.waiting())
    return fail(packet_error::binary_without_header);
  if (!assembler_.add(incoming))
    return fail(packet_error::attachments_too_big);
  if (auto packet = assembler_.take())
    on_packet(std::move(*packet), received);
}

void connection::on_packet(checked_packet packet, time_point received) {
  switch (packet.header.type) {
  case packet_type::connect:
    return join(packet);
  case packet_type::disconnect:
    return leave(packet.header.name_space);
  case packet_type::event:
  case packet_type::binary_event: {
    const auto socket = sockets_.find(packet.header.name_space)->second;
    if (socket)
      socket->deliver(std::move(packet), received);
    return;
  }
  case packet_type::ack:
  case packet_type::binary_ack:
  case packet_type::connect_error:
    return;
  }
}

void connection::join(const checked_packet& packet) {
  const auto name = packet.header.name_space;
  const auto handler = settings_->namespaces.find(name);
  if (handler == settings_->namespaces.end())
    return refuse(name, "Invalid namespace");
  const auto present = sockets_.find(name);
  if (present != sockets_.end() && present->second) {
    if (present->second->connected())
      return fail(packet_error::already_connected);
    present->second->end("server namespace disconnect");
    present->second = nullptr;
  }
  if (joined() >= settings_->options.namespaces)
    return refuse(name, "Too many namespaces");
  if (packet.header.payload.size() > settings_->options.auth_bytes)
    return refuse(name, "Authentication data too long");

  socketio::handshake request;
  request.request = session_->request();
  if (!packet.header.payload.empty())
    request.auth = packet.header.payload;
  const auto socket = std::make_shared<client_socket>(
      weak_from_this(), session_, std::string(name), std::move(request));
  sockets_.insert_or_assign(std::string(name), socket);
  connect_timer_.cancel();
  socketio::packet reply;
  reply.type = packet_type::connect;
  reply.name_space = name;
  session_->send(one_text(encode_packet(reply, {R"({"sid":")", socket->id(), R"("})"})));
  handler->second(socket);
}

void connection::leave(std::string_view name_space) {
  const auto found = sockets_.find(name_space);
  const auto socket = std::move(found->second);
  sockets_.erase(found);
  if (socket)
    socket->end("client namespace disconnect");
}

void connection::refuse(std::string_view name_space, std::string_view reason) {
  packet reply;
  reply.type = packet_type::connect_error;
  reply.name_space = name_space;
  session_->send(one_text(encode_packet(reply, {R"({"message":)", json_string(reason), "}"})));
}

bool connection::is_joined(std::string_view name_space) const {
  return sockets_.find(name_space) != sockets_.end();
}

std::size_t connection::joined() const noexcept {
  return static_cast<std::size_t>(std::count_if(
      sockets_.begin(), sockets_.end(), [](const auto& entry) { return entry.second != nullptr; }));
}

void connection::watch_attachments(time_point deadline) {
  attachments_deadline_ = deadline;
  // A timer that runs is left alone, since setting it anew for every packet would cost more than
  // the packet.
  if (std::exchange(is_watching_attachments_, true))
    return;
  attachments_timer_.expires_at(deadline);
  attachments_timer_.async_wait([weak = weak_from_this()](boost::system::error_code error) {
    const auto self = weak.lock();
    if (error || !self)
      return;
    self->is_watching_attachments_ = false;
    if (!self->assembler_.waiting())
      return;
    if (std::chrono::steady_clock::now() < self->attachments_deadline_)
      return self->watch_attachments(self->attachments_deadline_);
    self->fail(packet_error::attachments_too_late);
  });
}

void connection::fail(packet_error error) {
  is_closing_ = true;
  assembler_.reset();
  const bool is_too_big = error == packet_error::attachments_too_big;
  auto reason = std::string(to_string(error));
  if (is_too_big)
    reason += " (" + std::to_string(settings_->options.engine.message_bytes) + ")";
  if (settings_->log)
    settings_->log(is_too_big ? "warning" : "info",
        "client " + session_->request().remote_address + " is closed: " + reason);
  session_->close(
      is_too_big ? engineio::close_reason::message_too_big : engineio::close_reason::parse_error);
}

std::unique_ptr<engineio::session_handler> make_session_handler(
    const engineio::session_ptr& session, std::shared_ptr<const connection_settings> settings) {
  auto created = std::make_shared<connection>(session, std::move(settings));
  created->open();
  return std::make_unique<connection_session_handler>(std::move(created));
}

} // namespace ocelli::socketio
