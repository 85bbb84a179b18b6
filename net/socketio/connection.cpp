#include "net/socketio/connection.hpp"

#include "net/socketio/outgoing_packet.hpp"
#include "net/socketio/packet.hpp"
#include "net/socketio/payload.hpp"

#include <algorithm>
#include <utility>
#include <variant>

namespace ocelli::socketio {

namespace {

constexpr std::string_view left_by_server = "server namespace disconnect";
constexpr std::string_view forced_by_server = "forced server close";

/// True for the ends after which the reference lets a client come back, and that this server
/// outlives.
bool may_return(engineio::close_reason reason) noexcept {
  return reason != engineio::close_reason::parse_error &&
         reason != engineio::close_reason::server_shutting_down;
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
      assembler_(settings_->options.engine.message_bytes),
      connect_timer_(std::make_unique<boost::asio::steady_timer>(session_->executor())) {}

void connection::open() {
  connect_timer_->expires_after(settings_->options.connect_timeout);
  connect_timer_->async_wait([weak = weak_from_this()](boost::system::error_code error) {
    const auto self = weak.lock();
    // a client that joined while this call was on its way has no timer any more
    if (error || !self || self->is_closing_ || !self->connect_timer_)
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
  connect_timer_.reset();
  attachments_timer_.reset();
  assembler_.reset();
  if (is_forced_)
    end_sockets(forced_by_server, true);
  else
    end_sockets(engineio::to_string(reason), may_return(reason));
}

void connection::end_sockets(std::string_view reason, bool may_return) {
  for (const auto& each : std::exchange(memberships_, {})) {
    if (each.pending)
      each.pending->cancel();
    if (each.socket)
      each.socket->end(reason, may_return);
  }
}

void connection::on_server_disconnect(client_socket& left, bool close) {
  left.end(left_by_server);
  for (auto& each : memberships_) {
    if (each.socket.get() == &left)
      each.socket = nullptr;
  }
  if (!close || is_closing_)
    return;
  is_closing_ = true;
  for (const auto& each : memberships_) {
    if (each.socket)
      each.socket->send_disconnect();
  }
  end_sockets(left_by_server, false);
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
  if (header.type != packet_type::connect) {
    const auto* joined = find(header.name_space);
    if (joined == nullptr || joined->pending)
      return fail(packet_error::not_connected);
  }
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
  const auto type = packet.header.type;
  if (type == packet_type::connect)
    return join(packet);
  if (type == packet_type::disconnect)
    return leave(packet.header.name_space);
  // kept, since a handler may make the connection forget its socket
  const auto socket = find(packet.header.name_space)->socket;
  if (!socket)
    return;
  if (type == packet_type::event || type == packet_type::binary_event)
    socket->deliver(std::move(packet), received);
  else if (type == packet_type::ack || type == packet_type::binary_ack)
    socket->deliver_answer(std::move(packet));
}

void connection::join(const checked_packet& packet) {
  const auto name = packet.header.name_space;
  auto* present = find(name);
  if (present != nullptr && present->pending)
    return fail(packet_error::already_connected);
  if (present != nullptr && present->socket) {
    if (present->socket->connected())
      return fail(packet_error::already_connected);
    const auto left = std::exchange(present->socket, nullptr);
    left->end(left_by_server);
  }
  const auto space = settings_->namespaces->open(name);
  if (!space)
    return refuse(name, "Invalid namespace");
  if (joined() >= settings_->options.namespaces)
    return refuse(name, "Too many namespaces");
  if (packet.header.payload.size() > settings_->options.auth_bytes)
    return refuse(name, "Authentication data too long");

  auto auth = std::string(packet.header.payload.empty() ? "{}" : packet.header.payload);
  auto socket = std::make_shared<client_socket>(
      weak_from_this(), session_, space, settings_, std::move(auth));
  if (present == nullptr) {
    forget_oldest_left();
    present = &memberships_.emplace_back(membership{std::string(name), {}, {}});
  }
  present->socket = std::move(socket);
  const bool is_known =
      present->socket->recovered() && settings_->options.recovery.skip_middlewares;
  if (is_known || space->middlewares().empty())
    begin(std::shared_ptr(present->socket));
  else
    ask_middlewares(*present, *space);
}

void connection::ask_middlewares(membership& joining, const name_space& space) {
  joining.pending = std::make_shared<middleware_run>(joining.socket, space.middlewares(),
      session_->executor(), [this, asked = joining.socket.get()](std::optional<refusal> refused) {
        on_middlewares_done(asked, std::move(refused));
      });
  std::shared_ptr(joining.pending)->start(settings_->options.middleware_timeout);
}

void connection::on_middlewares_done(const client_socket* joining, std::optional<refusal> refused) {
  const auto found = std::find_if(memberships_.begin(), memberships_.end(),
      [joining](const membership& each) { return each.socket.get() == joining; });
  found->pending = nullptr;
  if (!refused)
    return begin(std::shared_ptr(found->socket));
  session_->send(encode_connect_error(found->name, refused->message, refused->data));
  memberships_.erase(found);
}

void connection::begin(const std::shared_ptr<client_socket>& socket) {
  connect_timer_.reset();
  socket->begin();
}

void connection::leave(std::string_view name_space) {
  const auto found = std::find_if(memberships_.begin(), memberships_.end(),
      [name_space](const membership& each) { return each.name == name_space; });
  const auto socket = std::move(found->socket);
  memberships_.erase(found);
  if (socket)
    socket->end("client namespace disconnect");
}

void connection::forget_oldest_left() {
  const auto is_left = [](const membership& each) { return !each.socket; };
  const auto left = std::count_if(memberships_.begin(), memberships_.end(), is_left);
  if (static_cast<std::size_t>(left) >= settings_->options.namespaces)
    memberships_.erase(std::find_if(memberships_.begin(), memberships_.end(), is_left));
}

void connection::refuse(std::string_view name_space, std::string_view reason) {
  session_->send(encode_connect_error(name_space, reason, {}));
}

connection::membership* connection::find(std::string_view name_space) {
  const auto found = std::find_if(memberships_.begin(), memberships_.end(),
      [name_space](const membership& each) { return each.name == name_space; });
  return found == memberships_.end() ? nullptr : &*found;
}

std::size_t connection::joined() const noexcept {
  return static_cast<std::size_t>(std::count_if(memberships_.begin(), memberships_.end(),
      [](const membership& each) { return each.socket != nullptr; }));
}

void connection::watch_attachments(time_point deadline) {
  attachments_deadline_ = deadline;
  // A timer that runs is left alone, since setting it anew for every packet would cost more than
  // the packet.
  if (std::exchange(is_watching_attachments_, true))
    return;
  if (!attachments_timer_)
    attachments_timer_ = std::make_unique<boost::asio::steady_timer>(session_->executor());
  attachments_timer_->expires_at(deadline);
  attachments_timer_->async_wait([weak = weak_from_this()](boost::system::error_code error) {
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
  is_forced_ = error == packet_error::not_connected || error == packet_error::already_connected;
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
