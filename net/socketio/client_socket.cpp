#include "net/socketio/client_socket.hpp"

#include "net/engineio/session_id.hpp"
#include "net/socketio/arguments.hpp"
#include "net/socketio/connection.hpp"
#include "net/socketio/outgoing_packet.hpp"
#include "net/socketio/packet.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <cassert>
#include <utility>

namespace ocelli::socketio {

namespace {

using time_point = std::chrono::steady_clock::time_point;

/// So that no deadline is beyond what a clock can tell.
constexpr std::chrono::hours longest_wait{24};

answer ended_with(answer_status status) {
  answer result;
  result.status = status;
  return result;
}

} // namespace

/// Handlers that wait for acknowledgements, and the timer for the earliest.
struct client_socket::waiting_answers {
  explicit waiting_answers(const boost::asio::any_io_executor& strand) : timer(strand) {}

  acknowledgement_table table;
  std::optional<time_point> watched; ///< For which the timer runs, or is about to.
  boost::asio::steady_timer timer;   ///< On the strand.
};

/// What brings the client back later, and what it has seen if it has come back now.
struct client_socket::recovery_state {
  recovery_session session;
  std::string offset;
};

client_socket::client_socket(std::weak_ptr<connection> owner, engineio::session_ptr session,
    std::shared_ptr<socketio::name_space> space,
    std::shared_ptr<const connection_settings> settings, std::string auth)
    : owner_(std::move(owner)), session_(std::move(session)), space_(std::move(space)),
      settings_(std::move(settings)), auth_(std::move(auth)), recovery_(find_recovery()) {
  id_ = recovery_ ? recovery_->session.sid : engineio::make_session_id();
}

client_socket::~client_socket() {
  if (begun_ && !ended_)
    space_->clients().erase(*this);
}

std::unique_ptr<client_socket::recovery_state> client_socket::find_recovery() {
  const auto& log = space_->recovery();
  if (!log)
    return nullptr;
  auto state = std::make_unique<recovery_state>();
  state->offset = find_string(auth_, "offset").value_or("");
  auto found = log->take(find_string(auth_, "pid").value_or(""), state->offset, space_->name());
  recovered_ = found.has_value();
  if (found) {
    state->session = std::move(*found);
    data() = state->session.data;
  } else {
    state->session.sid = engineio::make_session_id();
    state->session.pid = engineio::make_session_id();
    state->session.name_space = space_->name();
  }
  return state;
}

send_result client_socket::emit(std::string_view name, std::string_view arguments,
    std::vector<engineio::outgoing_message> attachments, bool is_volatile) {
  assert(!is_reserved_event(name));
  const outgoing_event event{space_->name(), name, arguments};
  if (recovery_ && !is_volatile)
    return emit_recoverable(event, std::move(attachments));
  if (!connected())
    return send_result::closed;
  return session_->send(encode_event(event, std::move(attachments)), is_volatile);
}

send_result client_socket::emit_recoverable(
    const outgoing_event& event, std::vector<engineio::outgoing_message> attachments) {
  auto& log = *space_->recovery();
  if (!connected() && !log.holds(id_))
    return send_result::closed;
  auto result = send_result::accepted;
  log.publish(
      space_->name(), {{id_}, {}},
      [&](std::string_view offset) { return encode_event(event, std::move(attachments), offset); },
      [&](const engineio::message_group& group) {
        // what a client that is cut off misses, it gets when it comes back
        if (send_encoded(group, false) == send_result::full)
          result = send_result::full;
      });
  return result;
}

send_result client_socket::emit_with_ack(std::string_view name, std::string_view arguments,
    std::chrono::milliseconds timeout, answer_handler handler,
    std::vector<engineio::outgoing_message> attachments) {
  assert(!is_reserved_event(name) && handler);
  if (!connected())
    return send_result::closed;
  const auto deadline = std::chrono::steady_clock::now() +
                        std::min<std::chrono::steady_clock::duration>(timeout, longest_wait);
  std::optional<std::uint64_t> id;
  bool is_earliest = false;
  {
    std::lock_guard lock(mutex_);
    if (ended_)
      return send_result::closed;
    if (!answers_)
      answers_ = std::make_unique<waiting_answers>(session_->executor());
    id = answers_->table.add(std::move(handler), deadline, settings_->options.acknowledgements);
    if (!id)
      return send_result::full;
    is_earliest = !answers_->watched || deadline < *answers_->watched;
    if (is_earliest)
      answers_->watched = deadline;
  }
  const auto result =
      session_->send(encode_event({space_->name(), name, arguments, id}, std::move(attachments)));
  if (is_earliest) {
    boost::asio::post(session_->executor(), [weak = weak_from_this(), deadline] {
      if (const auto self = weak.lock())
        self->watch_answers(deadline);
    });
  }
  if (result == send_result::accepted)
    return result;
  answer_handler unused;
  std::lock_guard lock(mutex_);
  unused = answers_->table.take(*id);
  // a handler that is not there any more has been called, since the client has left
  return unused ? result : send_result::accepted;
}

void client_socket::disconnect(bool close) {
  if (!send_disconnect())
    return;
  boost::asio::post(session_->executor(), [self = shared_from_this(), close] {
    if (const auto owner = self->owner_.lock())
      owner->on_server_disconnect(*self, close);
  });
}

bool client_socket::join(std::string_view room) {
  const auto& options = settings_->options;
  return connected() && room.size() <= options.name_bytes &&
         space_->clients().join(*this, room, options.rooms);
}

void client_socket::leave(std::string_view room) { space_->clients().leave(*this, room); }

std::vector<std::string> client_socket::rooms() const { return space_->clients().rooms(*this); }

void client_socket::begin() {
  begun_ = true;
  if (!recovery_)
    join_namespace();
  else if (recovered_)
    resume();
  else
    space_->recovery()->begin(recovery_->session, [this] { join_namespace(); });
  space_->handle_connection(shared_from_this());
}

void client_socket::join_namespace() {
  const auto pid = recovery_ ? std::string_view(recovery_->session.pid) : std::string_view();
  session_->send(encode_connect(space_->name(), id_, pid));
  // nothing may come before the packet that says that the client has joined
  connected_ = true;
  space_->clients().insert(shared_from_this());
}

void client_socket::resume() {
  auto& session = recovery_->session;
  space_->recovery()->resume(
      session, recovery_->offset, [&](const recovery_log::missed_events& missed) {
        recovered_ = missed.has_value();
        if (!missed) {
          session.rooms.clear();
          session.pid = engineio::make_session_id();
        }
        session_->send(encode_connect(space_->name(), id_, session.pid));
        for (const auto& group : missed.value_or(std::vector<engineio::message_group>()))
          session_->send(group);
        connected_ = true;
        space_->clients().insert(shared_from_this(), session.rooms);
      });
}

void client_socket::deliver(checked_packet packet, time_point received) {
  if (!connected())
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
          if (!self->connected())
            return send_result::closed;
          return self->session_->send(
              encode_acknowledgement(self->space_->name(), id, arguments, std::move(attachments)));
        });
  }
  space_->handle_event(shared_from_this(), incoming);
}

void client_socket::deliver_answer(checked_packet packet) {
  answer_handler handler;
  {
    std::lock_guard lock(mutex_);
    if (answers_)
      handler = answers_->table.take(*packet.header.id);
  }
  if (!handler)
    return;
  answer given;
  given.arguments = packet.arguments;
  given.attachments = std::move(packet.attachments);
  given.owner = std::move(packet.owner);
  handler(given);
}

bool client_socket::send_disconnect() {
  if (!connected_.exchange(false))
    return false;
  session_->send(encode_disconnect(space_->name()));
  return true;
}

void client_socket::end(std::string_view reason, bool may_return) {
  connected_ = false;
  std::vector<answer_handler> waiting;
  {
    std::lock_guard lock(mutex_);
    if (std::exchange(ended_, true))
      return;
    if (answers_) {
      waiting = answers_->table.take_all();
      answers_->timer.cancel();
    }
  }
  for (const auto& handler : waiting)
    handler(ended_with(answer_status::disconnected));
  if (begun_)
    space_->handle_disconnect(shared_from_this(), reason);
  if (recovery_ && may_return && (begun_ || recovered_))
    save();
  if (begun_)
    space_->clients().erase(*this);
}

void client_socket::save() {
  auto& session = recovery_->session;
  if (begun_)
    session.rooms = rooms();
  session.data = data();
  space_->recovery()->save(session);
}

send_result client_socket::send_encoded(const engineio::message_group& group, bool is_volatile) {
  return connected() ? session_->send(group, is_volatile) : send_result::closed;
}

void client_socket::watch_answers(time_point deadline) {
  std::lock_guard lock(mutex_);
  // a later call may have come earlier
  if (ended_ || answers_->watched != deadline)
    return;
  answers_->timer.expires_at(deadline);
  answers_->timer.async_wait([weak = weak_from_this()](boost::system::error_code error) {
    const auto self = weak.lock();
    if (!error && self)
      self->on_answers_late();
  });
}

void client_socket::on_answers_late() {
  std::vector<answer_handler> late;
  std::optional<time_point> next;
  {
    std::lock_guard lock(mutex_);
    late = answers_->table.take_expired(std::chrono::steady_clock::now());
    next = answers_->table.next_deadline();
    answers_->watched = next;
  }
  for (const auto& handler : late)
    handler(ended_with(answer_status::timed_out));
  if (next)
    watch_answers(*next);
}

} // namespace ocelli::socketio
