#include "net/engineio/server_session.hpp"

#include <utility>

namespace ocelli::engineio {

std::uint16_t close_code(close_reason reason) noexcept {
  switch (reason) {
  case close_reason::server_shutting_down:
    return 1001;
  case close_reason::parse_error:
    return 1002;
  case close_reason::too_slow:
    return 1008;
  case close_reason::message_too_big:
    return 1009;
  case close_reason::transport_error:
  case close_reason::transport_close:
  case close_reason::forced_close:
  case close_reason::ping_timeout:
    break;
  }
  return 1000;
}

void server_session::write_next() {
  if (link_busy_ || link_closing_)
    return;
  if (std::exchange(ping_due_, false)) {
    link_busy_ = true;
    return link_->write(packet_type::ping, nullptr);
  }
  std::optional<outgoing_message> next;
  {
    std::lock_guard lock(mutex_);
    if (!queue_.empty())
      next = queue_.front();
    writable_ = !next && phase_ == phase::open;
  }
  if (next) {
    link_busy_ = true;
    writing_message_ = true;
    auto type = next->binary ? std::nullopt : std::optional(packet_type::message);
    return link_->write(type, std::move(next->data));
  }
  if (phase_ == phase::open)
    return;
  link_closing_ = true;
  link_->close(close_code(reason_));
}

void server_session::on_written(websocket_link& link) {
  if (upgrade_ && upgrade_->link().get() == &link)
    return upgrade_->set_busy(false);
  if (link_.get() != &link)
    return;
  link_busy_ = false;
  if (std::exchange(writing_message_, false)) {
    std::lock_guard lock(mutex_);
    queue_.pop();
  }
  write_next();
}

void server_session::on_frame(websocket_link& link, bool binary, const received_bytes& frame,
    std::chrono::steady_clock::time_point time) {
  if (upgrade_ && upgrade_->link().get() == &link)
    return on_upgrade_frame(binary, frame.data);
  if (link_.get() != &link || phase_ != phase::open)
    return;
  if (binary)
    return deliver({true, frame.data, frame.owner, frame.begun}, time);
  auto packet = decode_packet(frame.data);
  if (!packet)
    return fail(close_reason::parse_error);
  // a WebSocket's text has been checked to be UTF-8 while it was read
  if (packet->type == packet_type::message)
    return deliver({false, packet->data, frame.owner, frame.begun}, time);
  handle(*packet, frame, time);
}

void server_session::on_oversized(websocket_link& link) {
  if (upgrade_ && upgrade_->link().get() == &link)
    cancel_upgrade(close_code(close_reason::message_too_big));
  else if (link_.get() == &link && phase_ == phase::open)
    fail(close_reason::message_too_big);
}

void server_session::on_link_closed(websocket_link& link, close_reason reason) {
  if (upgrade_ && upgrade_->link().get() == &link) {
    upgrade_.reset();
    return;
  }
  if (link_.get() != &link)
    return;
  if (phase_ == phase::open)
    enter_closing(reason);
  finish();
}

bool server_session::begin_upgrade(std::shared_ptr<websocket_link> link) {
  if (phase_ != phase::open || link_ || upgrade_)
    return false;
  auto weak = std::weak_ptr(self());
  upgrade_ = std::make_unique<upgrade>(
      executor_, std::move(link), context_->options.upgrade_timeout,
      [weak] {
        if (auto owner = weak.lock())
          owner->noop_poll(false);
      },
      [weak] {
        if (auto owner = weak.lock())
          owner->cancel_upgrade(1000);
      });
  return true;
}

void server_session::on_upgrade_frame(bool binary, std::string_view text) {
  auto packet = binary ? std::nullopt : decode_packet(text);
  if (packet && packet->type == packet_type::upgrade)
    return complete_upgrade();
  if (!packet || packet->type != packet_type::ping || packet->data != "probe")
    return cancel_upgrade(close_code(close_reason::parse_error));
  noop_poll(false);
  if (upgrade_->busy())
    return;
  upgrade_->set_busy(true);
  upgrade_->link()->write(packet_type::pong, std::make_shared<const std::string>(packet->data));
}

void server_session::complete_upgrade() {
  link_ = upgrade_->link();
  link_busy_ = upgrade_->busy();
  upgrade_.reset();
  websocket_ = true;
  context_->counters.session_upgraded();
  noop_poll(false);
  on_alive();
  flush();
}

void server_session::cancel_upgrade(std::uint16_t code) {
  auto cancelled = std::exchange(upgrade_, nullptr);
  cancelled->link()->close(code);
}

} // namespace ocelli::engineio
