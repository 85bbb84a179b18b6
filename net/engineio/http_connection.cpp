#include "net/engineio/http_connection.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace ocelli::engineio {

namespace asio = boost::asio;
namespace http = boost::beast::http;

namespace {

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
/// Room for the start of a body behind the largest header.
constexpr std::size_t body_piece = 16 * 1024;

} // namespace

http_connection::http_connection(std::shared_ptr<server_context> context,
    asio::ip::tcp::socket socket, const asio::ip::tcp::endpoint& peer, connection_ticket ticket)
    : context_(std::move(context)), socket_(std::move(socket)), peer_(peer),
      ticket_(std::move(ticket)), deadline_(socket_.get_executor()),
      buffer_(context_->options.header_bytes + body_piece) {}

void http_connection::start() {
  ticket_.attach(weak_from_this());
  asio::co_spawn(
      socket_.get_executor(),
      [](std::shared_ptr<http_connection> self) -> asio::awaitable<void> { co_await self->run(); }(
                                                    shared_from_this()),
      asio::detached);
}

void http_connection::stop() {
  asio::post(socket_.get_executor(), [self = shared_from_this()] {
    boost::system::error_code ignored;
    self->socket_.close(ignored);
    self->deadline_.cancel();
  });
}

void http_connection::limit_time(std::chrono::milliseconds time) {
  deadline_.expires_after(time);
  deadline_.async_wait([self = shared_from_this()](boost::system::error_code error) {
    // the time was set anew while this call was on its way
    if (error || self->deadline_.expiry() > std::chrono::steady_clock::now())
      return;
    self->socket_.close(error);
  });
}

void http_connection::lift_limit() {
  deadline_.expires_at(std::chrono::steady_clock::time_point::max());
}

asio::awaitable<void> http_connection::run() {
  auto step = next_step::next_request;
  while (step == next_step::next_request) {
    step = co_await serve_one();
    parser_.reset();
  }
  if (step == next_step::close)
    co_await linger();
  lift_limit();
}

asio::awaitable<http_connection::next_step> http_connection::serve_one() {
  parser_.emplace();
  parser_->header_limit(static_cast<std::uint32_t>(context_->options.header_bytes));
  // `read_body` enforces message_bytes, so that a body that is too big gets an answer
  parser_->body_limit(boost::none);
  limit_time(context_->options.header_timeout);
  auto [error, size] = co_await http::async_read_header(socket_, buffer_, *parser_, as_result);
  context_->counters.received(size);
  lift_limit();
  if (error)
    co_return co_await refuse_header(error);

  frame_ = make_frame();
  std::string_view target = parser_->get().target();
  auto path = target.substr(0, target.find('?'));
  const std::string& endpoint = context_->options.path;
  // clients can be told to leave out the last slash
  if (path == endpoint || path == std::string_view(endpoint).substr(0, endpoint.size() - 1))
    co_return co_await serve_endpoint(target.substr(std::min(path.size() + 1, target.size())));
  co_return co_await serve_other(parser_->get().method_string(), path);
}

asio::awaitable<http_connection::next_step> http_connection::refuse_header(
    boost::system::error_code error) {
  bool too_big = error == http::error::header_limit || error == http::error::buffer_overflow;
  bool malformed = error.category() == http::make_error_code(http::error::bad_target).category();
  if (!malformed || error == http::error::end_of_stream || error == http::error::partial_message)
    co_return next_step::nothing;
  frame_ = {};
  frame_.keep_alive = false;
  co_return co_await reply(make_reply(frame_, too_big ? 431 : 400, {}, {}));
}

reply_frame http_connection::make_frame() const {
  const auto& request = parser_->get();
  reply_frame frame;
  frame.version = request.version();
  // a body that is not read would be taken for the next request
  frame.keep_alive = request.keep_alive() && parser_->is_done();
  frame.head = request.method() == http::verb::head;
  if (auto origin = request.find(http::field::origin); origin != request.end())
    frame.origin = std::string(origin->value());
  return frame;
}

asio::awaitable<http_connection::next_step> http_connection::reply(http_reply reply) {
  limit_time(context_->options.body_timeout);
  auto [error, size] = co_await http::async_write(socket_, reply, as_result);
  context_->counters.sent(size);
  lift_limit();
  if (error)
    co_return next_step::nothing;
  co_return reply.keep_alive() ? next_step::next_request : next_step::close;
}

asio::awaitable<http_connection::next_step> http_connection::serve_other(
    std::string_view method, std::string_view path) {
  http_response answer;
  if (context_->answer_request)
    answer = context_->answer_request({method, path});
  co_return co_await reply(
      make_reply(frame_, answer.status, answer.content_type, std::move(answer.body)));
}

asio::awaitable<http_connection::body_result> http_connection::read_body(
    std::shared_ptr<server_session> session, receive_buffer& bytes) {
  const auto limit = context_->options.message_bytes;
  const auto length = parser_->content_length();
  if (length && *length > limit) {
    context_->log_oversized(peer_.address().to_string(), *length);
    co_return body_result::too_big;
  }
  limit_time(context_->options.body_timeout);
  if (boost::beast::iequals(parser_->get()[http::field::expect], "100-continue")) {
    static constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
    auto [error, size] = co_await asio::async_write(socket_, asio::buffer(go_on), as_result);
    context_->counters.sent(size);
    if (error)
      co_return body_result::broken;
  }
  auto& body = parser_->get().body();
  while (!parser_->is_done()) {
    auto space = bytes.prepare(length ? *length - bytes.size() : 0);
    body.data = space.data();
    body.size = space.size();
    auto [error, size] = co_await http::async_read_some(socket_, buffer_, *parser_, as_result);
    context_->counters.received(size);
    bytes.commit(space.size() - body.size);
    if (bytes.size() > limit) {
      context_->log_oversized(peer_.address().to_string(), bytes.size());
      co_return body_result::too_big;
    }
    if (error && error != http::error::need_buffer)
      co_return body_result::broken;
    asio::post(session->executor(), [session] { session->on_alive(); });
  }
  lift_limit();
  co_return body_result::complete;
}

asio::awaitable<void> http_connection::linger() {
  // closing at once would make the kernel reset the connection if the peer is still sending, and
  // our answer be lost
  boost::system::error_code ignored;
  socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  limit_time(context_->options.close_timeout);
  std::array<char, 2048> discarded;
  for (;;) {
    auto [error, size] = co_await socket_.async_read_some(asio::buffer(discarded), as_result);
    if (error)
      co_return;
  }
}

} // namespace ocelli::engineio
