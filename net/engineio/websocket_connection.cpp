#include "net/engineio/websocket_connection.hpp"

#include "net/engineio/session_id.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/websocket.hpp>

#include <utility>

namespace ocelli::engineio {

namespace asio = boost::asio;
namespace websocket = boost::beast::websocket;

namespace {

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

/// Close codes of RFC 6455 and of IANA's registry.
constexpr std::uint16_t normal_closure = 1000;
constexpr std::uint16_t try_again_later = 1013;

/// For a peer that has sent its close frame, and so has nothing more to say, to close the
/// connection.
constexpr std::chrono::milliseconds linger_time{250};

close_reason to_reason(boost::system::error_code error) {
  bool closed = error == websocket::error::closed || error == asio::error::eof;
  return closed ? close_reason::transport_close : close_reason::transport_error;
}

} // namespace

websocket_connection::websocket_connection(
    std::shared_ptr<server_context> context, asio::ip::tcp::socket socket, connection_ticket ticket)
    : context_(std::move(context)), stream_(std::move(socket)), ticket_(std::move(ticket)) {
  websocket::stream_base::timeout timeout{};
  timeout.handshake_timeout = context_->options.close_timeout;
  timeout.idle_timeout = websocket::stream_base::none();
  timeout.keep_alive_pings = false;
  stream_.set_option(timeout);
  stream_.auto_fragment(false);
  // `on_piece` enforces message_bytes, since it can tell the operator how much was sent
  stream_.read_message_max(0);
  stream_.control_callback([this](websocket::frame_type kind, boost::beast::string_view) {
    if (kind == websocket::frame_type::close)
      end_ = close_reason::transport_close;
  });
  stream_.next_layer().on_teardown = [this] { abort_after(linger_time); };
}

void websocket_connection::start(
    http_request_type request, std::shared_ptr<server_session> session, handshake opening) {
  ticket_.attach(weak_from_this());
  session_ = std::move(session);
  address_ = opening.remote_address;
  asio::co_spawn(
      stream_.get_executor(),
      [](std::shared_ptr<websocket_connection> self, http_request_type upgrade_request,
          handshake session_request) -> asio::awaitable<void> {
        co_await self->open(std::move(upgrade_request), std::move(session_request));
      }(shared_from_this(), std::move(request), std::move(opening)),
      asio::detached);
}

asio::awaitable<void> websocket_connection::open(http_request_type request, handshake opening) {
  auto [error] = co_await stream_.async_accept(request, as_result);
  if (error)
    co_return abort();
  bool upgrading = session_ != nullptr;
  if (!join_session(std::move(opening))) {
    session_.reset();
    close(upgrading ? normal_closure : try_again_later);
  }
  // a coroutine of its own, so that the request is not kept as long as the connection
  asio::co_spawn(
      stream_.get_executor(),
      [](std::shared_ptr<websocket_connection> self) -> asio::awaitable<void> {
        co_await self->read();
      }(shared_from_this()),
      asio::detached);
}

bool websocket_connection::join_session(handshake opening) {
  if (session_)
    return session_->begin_upgrade(shared_from_this());
  auto session = std::make_shared<server_session>(
      context_, make_session_id(), std::move(opening), stream_.get_executor());
  if (context_->sessions.insert(session) != admission::admitted) {
    context_->counters.session_refused();
    return false;
  }
  session_ = std::move(session);
  session_->start(shared_from_this());
  return true;
}

asio::awaitable<void> websocket_connection::read() {
  for (;;) {
    auto space = incoming_.prepare(expected_);
    auto [error, size] =
        co_await stream_.async_read_some(asio::buffer(space.data(), space.size()), as_result);
    if (error)
      co_return on_read_ended(error);
    on_piece(size);
  }
}

void websocket_connection::on_piece(std::size_t size) {
  auto now = std::chrono::steady_clock::now();
  if (incoming_.size() == 0)
    begun_ = now;
  incoming_.commit(size);
  context_->counters.received(size);
  // a close that is under way reads the rest of the frame itself
  if (discarding_ || close_pending_ || !session_)
    return incoming_.clear();
  session_->on_alive();
  bool complete = stream_.is_message_done();
  expected_ = complete ? 0 : stream_.read_size_hint(1);
  auto limit = context_->options.message_bytes;
  if (incoming_.size() > limit || expected_ > limit - incoming_.size()) {
    context_->log_oversized(address_, incoming_.size() + expected_);
    discarding_ = true;
    expected_ = 0;
    incoming_.clear();
    return session_->on_oversized(*this);
  }
  if (!complete)
    return;
  auto message = incoming_.release();
  message.begun = begun_;
  session_->on_frame(*this, stream_.got_binary(), message, now);
}

void websocket_connection::write(
    std::optional<packet_type> type, std::shared_ptr<const std::string> data) {
  stream_.binary(!type);
  type_[0] = type ? to_char(*type) : '\0';
  outgoing_ = std::move(data);
  std::array<asio::const_buffer, 2> buffers{asio::buffer(type_, type ? 1 : 0),
      outgoing_ ? asio::buffer(*outgoing_) : asio::const_buffer()};
  stream_.async_write(buffers, [self = shared_from_this()](boost::system::error_code error,
                                   std::size_t size) { self->on_write(error, size); });
}

void websocket_connection::on_write(boost::system::error_code error, std::size_t size) {
  outgoing_.reset();
  context_->counters.sent(size);
  // the pending read ends as well, and reports
  if (error)
    return abort();
  session_->on_written(*this);
}

void websocket_connection::close(std::uint16_t code) {
  if (close_pending_ || !stream_.next_layer().is_open())
    return;
  close_pending_ = true;
  abort_after(context_->options.close_timeout);
  stream_.async_close({code}, [self = shared_from_this()](boost::system::error_code) {
    self->close_pending_ = false;
    self->abort();
    self->report_end();
  });
}

void websocket_connection::abort_after(std::chrono::milliseconds time) {
  patience_ = std::make_unique<asio::steady_timer>(stream_.get_executor(), time);
  patience_->async_wait([self = shared_from_this()](boost::system::error_code error) {
    if (!error)
      self->abort();
  });
}

void websocket_connection::abort() {
  if (patience_)
    patience_->cancel();
  boost::system::error_code ignored;
  stream_.next_layer().close(ignored);
}

void websocket_connection::stop() {
  asio::post(stream_.get_executor(), [self = shared_from_this()] { self->abort(); });
}

void websocket_connection::on_read_ended(boost::system::error_code error) {
  if (!end_)
    end_ = to_reason(error);
  incoming_.clear();
  if (!close_pending_)
    abort();
  report_end();
}

void websocket_connection::report_end() {
  if (end_ && !close_pending_ && session_)
    session_->on_link_closed(*this, *end_);
}

} // namespace ocelli::engineio
