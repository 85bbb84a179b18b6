#include "net/engineio/server_session.hpp"

#include "net/engineio/base64.hpp"

#include <boost/asio/post.hpp>
#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <utility>

namespace ocelli::engineio {
namespace {

/// What the client posted as base64 or text, as a message; nullopt when it is neither.
std::optional<message> to_message(const packet& packet, const received_bytes& bytes) {
  if (!packet.base64) {
    if (!simdjson::validate_utf8(packet.data))
      return std::nullopt;
    return message{false, packet.data, bytes.owner, bytes.begun};
  }
  receive_buffer decoded;
  // the text has been received, so its length can be trusted
  auto space = decoded.reserve(base64_decoded_bound(packet.data.size()));
  auto size = base64_decode(packet.data, space.data());
  if (!size)
    return std::nullopt;
  decoded.commit(*size);
  auto binary = decoded.release();
  return message{true, binary.data, std::move(binary.owner), bytes.begun};
}

} // namespace

server_session::server_session(std::shared_ptr<server_context> context, std::string id,
    handshake request, boost::asio::any_io_executor strand)
    : context_(std::move(context)), id_(std::move(id)), request_(std::move(request)),
      executor_(std::move(strand)),
      queue_(context_->options.write_queue_bytes, context_->options.write_queue_packets),
      heartbeat_(
          context_->options.ping_interval, context_->options.ping_timeout, heartbeat::clock::now()),
      timer_(executor_) {}

std::shared_ptr<server_session> server_session::self() {
  return std::static_pointer_cast<server_session>(shared_from_this());
}

std::string_view server_session::transport() const noexcept {
  return websocket_ ? "websocket" : "polling";
}

void server_session::post(void (server_session::*function)()) {
  boost::asio::post(executor_, [self = self(), function] { ((*self).*function)(); });
}

send_result server_session::send(message_group group, bool is_volatile) {
  bool fits = true;
  {
    std::lock_guard lock(mutex_);
    if (!accepting_)
      return send_result::closed;
    if (is_volatile && (!writable_ || !queue_.empty()))
      return send_result::accepted;
    fits = queue_.push(std::move(group));
    if (fits && std::exchange(flush_posted_, true))
      return send_result::accepted;
    if (!fits) {
      accepting_ = false;
      requested_reason_ = close_reason::too_slow;
    }
  }
  if (fits) {
    post(&server_session::flush);
    return send_result::accepted;
  }
  deaf_ = true;
  post(&server_session::begin_close);
  return send_result::full;
}

void server_session::close(close_reason reason) {
  {
    std::lock_guard lock(mutex_);
    if (!std::exchange(accepting_, false))
      return;
    requested_reason_ = reason;
  }
  deaf_ = true;
  post(&server_session::begin_close);
}

void server_session::start(std::shared_ptr<websocket_link> link) {
  // stopped before it began
  if (phase_ != phase::open)
    return;
  if (link) {
    websocket_ = true;
    link_ = std::move(link);
    link_busy_ = true;
    link_->write(packet_type::open,
        std::make_shared<const std::string>(encode_open(id_, false, context_->options)));
  }
  context_->counters.session_opened(websocket_);
  handler_ = context_->open_session(shared_from_this());
  arm(heartbeat_.deadline());
}

void server_session::stop() {
  if (phase_ == phase::open)
    enter_closing(close_reason::server_shutting_down);
  if (link_)
    link_->abort();
  poll_.reset();
  finish();
}

void server_session::arm(std::chrono::steady_clock::time_point time) {
  timer_.expires_at(time);
  timer_.async_wait([self = self()](boost::system::error_code error) {
    if (!error)
      self->on_timer();
  });
}

void server_session::on_timer() {
  auto now = heartbeat::clock::now();
  // the timer was set anew while this call was on its way
  if (timer_.expiry() > now)
    return;
  if (phase_ != phase::open) {
    if (link_)
      return link_->abort();
    return finish();
  }
  switch (heartbeat_.advance(now)) {
  case heartbeat::action::expired:
    return fail(close_reason::ping_timeout);
  case heartbeat::action::ping:
    ping_due_ = true;
    flush();
    break;
  case heartbeat::action::wait:
    break;
  }
  arm(heartbeat_.deadline());
}

void server_session::on_alive() { heartbeat_.alive(heartbeat::clock::now()); }

void server_session::flush() {
  {
    std::lock_guard lock(mutex_);
    flush_posted_ = false;
  }
  if (phase_ == phase::closed)
    return;
  if (link_)
    write_next();
  else
    answer_poll(false);
}

void server_session::clear_queue() {
  std::lock_guard lock(mutex_);
  queue_.clear();
  writing_message_ = false;
}

void server_session::begin_close() {
  if (phase_ != phase::open)
    return;
  close_reason reason{};
  {
    std::lock_guard lock(mutex_);
    reason = requested_reason_;
  }
  enter_closing(reason);
  if (reason == close_reason::too_slow) {
    clear_queue();
    context_->log("warning",
        fmt::format("client {} does not read what is sent: over write_queue_bytes ({}) or "
                    "write_queue_packets ({}), closed",
            request_.remote_address, context_->options.write_queue_bytes,
            context_->options.write_queue_packets));
  }
  flush();
}

void server_session::enter_closing(close_reason reason) {
  phase_ = phase::closing;
  reason_ = reason;
  deaf_ = true;
  ping_due_ = false;
  {
    std::lock_guard lock(mutex_);
    accepting_ = false;
    writable_ = false;
  }
  if (upgrade_)
    cancel_upgrade(close_code(reason));
  arm(heartbeat::clock::now() + context_->options.close_timeout);
  auto handler = std::exchange(handler_, nullptr);
  if (!handler)
    return;
  context_->counters.session_closed(websocket_);
  // the upper layer learns it now, so that it can cancel the client's work, not when the peer has
  // gone
  handler->on_close(reason);
}

void server_session::fail(close_reason reason) {
  if (phase_ == phase::closed)
    return;
  if (phase_ == phase::open)
    enter_closing(reason);
  clear_queue();
  if (link_)
    return write_next();
  if (!poll_)
    return finish();
  answer(std::string(1, to_char(packet_type::close)), false, true);
}

void server_session::on_client_close() {
  if (link_)
    return fail(close_reason::transport_close);
  enter_closing(close_reason::transport_close);
  clear_queue();
  client_closed_ = true;
  // without a waiting poll the session stays for the one that the client may have sent before its
  // `close`
  noop_poll(true);
}

void server_session::finish() {
  phase_ = phase::closed;
  timer_.cancel();
  clear_queue();
  sent_answers_.clear();
  link_.reset();
  context_->sessions.erase(id_);
}

void server_session::poll(std::uint64_t id, poll_handler handler) {
  if (phase_ == phase::closed)
    return handler({protocol_error::session_unknown, {}});
  if (link_)
    return handler({protocol_error::bad_request, {}});
  if (poll_) {
    fail(close_reason::transport_error);
    return handler({protocol_error::bad_request, {}});
  }
  poll_ = parked_poll{id, std::move(handler)};
  if (client_closed_)
    return noop_poll(true);
  answer_poll(true);
}

void server_session::answer_poll(bool arriving) {
  if (!poll_)
    return;
  auto budget = std::max<std::size_t>(context_->options.packets_per_poll, 2);
  bool pinged = std::exchange(ping_due_, false);
  std::vector<outgoing_message> messages;
  bool drained = false;
  {
    std::lock_guard lock(mutex_);
    messages = queue_.take(budget - (pinged ? 1 : 0));
    drained = queue_.empty();
    writable_ = !pinged && messages.empty() && phase_ == phase::open;
  }
  payload_writer payload;
  if (pinged)
    payload.add(packet_type::ping);
  for (const auto& message : messages)
    payload.add(message);
  bool last = phase_ == phase::closing && drained && payload.packets() < budget;
  // as in the reference, a poll that finds the session closing gets more than the bare `close`
  if (last && arriving && payload.packets() == 0)
    payload.add(packet_type::noop);
  if (last)
    payload.add(packet_type::close);
  if (payload.packets() > 0)
    answer(payload.take(), !messages.empty(), last);
}

void server_session::answer(std::string body, bool carries_messages, bool last) {
  {
    std::lock_guard lock(mutex_);
    writable_ = false;
  }
  auto parked = std::move(*poll_);
  poll_.reset();
  sent_answers_.push_back({parked.id, carries_messages, last});
  // it stays registered until the answer is written, so that nothing is cut off when the last
  // session is gone
  if (last)
    phase_ = phase::closed;
  parked.answer({std::nullopt, std::move(body)});
}

void server_session::noop_poll(bool last) {
  if (poll_)
    answer(std::string(1, to_char(packet_type::noop)), false, last);
}

void server_session::on_poll_ended(std::uint64_t id, bool delivered) {
  if (poll_ && poll_->id == id) {
    poll_.reset();
    return fail(close_reason::transport_error);
  }
  auto sent = std::find_if(sent_answers_.begin(), sent_answers_.end(),
      [id](const sent_answer& each) { return each.id == id; });
  if (sent == sent_answers_.end())
    return;
  auto ended = *sent;
  sent_answers_.erase(sent);
  if (ended.last)
    finish();
  else if (!delivered && ended.carries_messages)
    fail(close_reason::transport_error);
}

receive_result server_session::receive(
    const received_bytes& payload, std::chrono::steady_clock::time_point time) {
  if (phase_ == phase::closed)
    return receive_result::session_unknown;
  payload_reader reader(payload.data);
  while (auto text = reader.next()) {
    if (phase_ != phase::open)
      break;
    auto packet = decode_polling_packet(*text);
    if (packet && handle(*packet, payload, time))
      continue;
    fail(close_reason::parse_error);
    // the reference says ok to an empty body although it closes the session
    return payload.data.empty() ? receive_result::ok : receive_result::bad_packet;
  }
  return receive_result::ok;
}

bool server_session::handle(
    const packet& packet, const received_bytes& bytes, std::chrono::steady_clock::time_point time) {
  switch (packet.type) {
  case packet_type::message: {
    auto message = to_message(packet, bytes);
    if (message)
      deliver(std::move(*message), time);
    return message.has_value();
  }
  case packet_type::pong:
    heartbeat_.pong(heartbeat::clock::now());
    arm(heartbeat_.deadline());
    return true;
  case packet_type::close:
    on_client_close();
    return true;
  case packet_type::ping:
    // in this revision only the server sends heartbeats
    fail(close_reason::transport_error);
    return true;
  case packet_type::open:
  case packet_type::upgrade:
  case packet_type::noop:
    return true;
  }
  return false;
}

void server_session::deliver(message message, std::chrono::steady_clock::time_point time) {
  if (!deaf_ && handler_)
    handler_->on_message(std::move(message), time);
}

} // namespace ocelli::engineio
