#include "net/engineio/http_connection.hpp"
#include "net/engineio/session_id.hpp"
#include "net/engineio/websocket_connection.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/websocket/rfc6455.hpp>

#include <algorithm>
#include <cctype>
#include <iterator>
#include <utility>

namespace ocelli::engineio {

namespace asio = boost::asio;
namespace http = boost::beast::http;

namespace {

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
/// Read ahead, at most, while a poll waits.
constexpr std::size_t watched_bytes = 512;
constexpr std::string_view text_type = "text/plain; charset=UTF-8";
constexpr std::string_view binary_type = "application/octet-stream";

std::string to_lower(std::string_view name) {
  std::string lower(name);
  std::transform(lower.begin(), lower.end(), lower.begin(),
      [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

asio::awaitable<void> start_session(std::shared_ptr<server_session> session) {
  session->start();
  co_return;
}

asio::awaitable<receive_result> hand_over(
    std::shared_ptr<server_session> session, received_bytes payload) {
  co_return session->receive(payload, std::chrono::steady_clock::now());
}

void fail_session(const std::shared_ptr<server_session>& session, close_reason reason) {
  asio::post(session->executor(), [session, reason] { session->fail(reason); });
}

} // namespace

/// What the session's strand tells a connection that waits. Used on the connection's strand.
struct http_connection::waiting_poll {
  explicit waiting_poll(const asio::any_io_executor& executor) : wake(executor) {
    wake.expires_at(std::chrono::steady_clock::time_point::max());
  }

  asio::steady_timer wake;
  std::optional<poll_answer> answer;
  bool reading = false;
  bool peer_gone = false;
};

asio::awaitable<http_connection::next_step> http_connection::refuse(
    protocol_error error, bool websocket) {
  if (websocket)
    frame_.keep_alive = false;
  co_return co_await reply(make_error_reply(frame_, context_->origins, error, websocket));
}

asio::awaitable<http_connection::next_step> http_connection::serve_endpoint(
    std::string_view query_text) {
  const auto& request = parser_->get();
  bool upgrade = boost::beast::websocket::is_upgrade(request);
  if (frame_.origin && !context_->origins.allows(*frame_.origin))
    co_return co_await refuse(protocol_error::forbidden, upgrade);
  if (request.method() == http::verb::options && context_->origins.enabled())
    co_return co_await reply(make_preflight_reply(
        frame_, context_->origins, request[http::field::access_control_request_headers]));
  auto query = query_parameters::parse(query_text);
  if (!query)
    co_return co_await refuse(protocol_error::bad_request, upgrade);

  request_facts facts;
  facts.get = request.method() == http::verb::get;
  facts.upgrade = upgrade;
  facts.revision_4 = query->unique("EIO") == "4";
  facts.transport = query->unique("transport");
  facts.has_session_id = query->contains("sid");
  std::shared_ptr<server_session> session;
  if (auto id = query->unique("sid"))
    session = context_->sessions.find(*id);
  if (session)
    facts.session_transport = session->transport();
  if (auto error = check_request(facts))
    co_return co_await refuse(*error, upgrade);

  if (!session && context_->sessions.check() != admission::admitted) {
    context_->counters.session_refused();
    bool full = context_->sessions.check() == admission::full;
    co_return co_await reply(make_endpoint_reply(
        frame_, context_->origins, 503, text_type, full ? "too many sessions" : "shutting down"));
  }
  if (!session)
    co_return co_await admit(make_handshake(*query), upgrade);
  if (upgrade)
    co_return co_await open_websocket(std::move(session), make_handshake(*query));
  if (facts.get)
    co_return co_await poll(std::move(session));
  if (request.method() == http::verb::post)
    co_return co_await post(std::move(session));
  co_return co_await reply(make_endpoint_reply(frame_, context_->origins, 500, {}, {}));
}

handshake http_connection::make_handshake(const query_parameters& query) const {
  const auto& request = parser_->get();
  handshake opening;
  opening.remote_address = peer_.address().to_string();
  opening.remote_port = peer_.port();
  opening.target = std::string(request.target());
  opening.query = query.entries();
  opening.headers.reserve(static_cast<std::size_t>(std::distance(request.begin(), request.end())));
  for (const auto& field : request)
    opening.headers.emplace_back(to_lower(field.name_string()), std::string(field.value()));
  opening.time = std::chrono::system_clock::now();
  return opening;
}

asio::awaitable<http_connection::next_step> http_connection::admit(
    handshake opening, bool upgrade) {
  if (context_->allow_handshake) {
    bool allowed = co_await is_allowed(opening);
    if (!allowed)
      co_return co_await refuse(protocol_error::forbidden, upgrade);
  }
  if (!upgrade)
    co_return co_await open_session(std::move(opening));
  co_return co_await open_websocket(nullptr, std::move(opening));
}

asio::awaitable<bool> http_connection::is_allowed(const handshake& opening) {
  auto answer = std::make_shared<std::optional<bool>>();
  deadline_.expires_after(context_->options.handshake_timeout);
  context_->allow_handshake(opening, [weak = weak_from_this(), answer](bool allowed) {
    auto self = weak.lock();
    if (!self)
      return;
    asio::post(self->socket_.get_executor(), [self, answer, allowed] {
      if (answer->has_value())
        return;
      *answer = allowed;
      self->deadline_.cancel();
    });
  });
  co_await deadline_.async_wait(as_result);
  lift_limit();
  // what is answered from now on is too late
  if (!answer->has_value())
    *answer = false;
  co_return **answer;
}

asio::awaitable<http_connection::next_step> http_connection::open_session(handshake opening) {
  auto strand = asio::any_io_executor(asio::make_strand(context_->io));
  auto session =
      std::make_shared<server_session>(context_, make_session_id(), std::move(opening), strand);
  if (context_->sessions.insert(session) != admission::admitted) {
    context_->counters.session_refused();
    co_return co_await reply(
        make_endpoint_reply(frame_, context_->origins, 503, text_type, "try again later"));
  }
  co_await asio::co_spawn(strand, start_session(session), asio::use_awaitable);
  auto body = to_char(packet_type::open) + encode_open(session->id(), true, context_->options);
  co_return co_await reply(
      make_endpoint_reply(frame_, context_->origins, 200, text_type, std::move(body)));
}

asio::awaitable<http_connection::next_step> http_connection::open_websocket(
    std::shared_ptr<server_session> session, handshake opening) {
  // a client may send nothing before the answer to its handshake, RFC 6455 section 4.1
  if (buffer_.size() > 0)
    co_return co_await refuse(protocol_error::bad_request, true);
  auto strand =
      session ? session->executor() : asio::any_io_executor(asio::make_strand(context_->io));
  boost::system::error_code error;
  auto protocol = peer_.protocol();
  auto handle = socket_.release(error);
  if (error)
    co_return next_step::nothing;
  auto websocket = std::make_shared<websocket_connection>(
      context_, asio::ip::tcp::socket(strand, protocol, handle), std::move(ticket_));
  websocket->start(parser_->release(), std::move(session), std::move(opening));
  co_return next_step::nothing;
}

asio::awaitable<http_connection::next_step> http_connection::poll(
    std::shared_ptr<server_session> session) {
  // what is not needed for the answer is given back, since a poll may wait long
  parser_.reset();
  if (buffer_.size() == 0)
    buffer_.shrink_to_fit();

  auto id = session->next_poll_id();
  auto executor = socket_.get_executor();
  auto waiting = std::make_shared<waiting_poll>(executor);
  auto take_answer = [waiting, executor](poll_answer answer) {
    asio::post(executor, [waiting, answer = std::move(answer)]() mutable {
      waiting->answer = std::move(answer);
      waiting->wake.cancel();
    });
  };
  asio::post(session->executor(), [session, id, take_answer] { session->poll(id, take_answer); });
  watch_peer(waiting);
  while (!waiting->answer && !waiting->peer_gone)
    co_await waiting->wake.async_wait(as_result);
  if (waiting->reading)
    socket_.cancel();
  while (waiting->reading)
    co_await waiting->wake.async_wait(as_result);

  auto step = next_step::nothing;
  bool delivered = false;
  if (waiting->answer && waiting->answer->error) {
    step = co_await refuse(*waiting->answer->error, false);
    delivered = true;
  } else if (waiting->answer) {
    step = co_await reply(make_endpoint_reply(
        frame_, context_->origins, 200, text_type, std::move(waiting->answer->body)));
    delivered = step != next_step::nothing;
  }
  asio::post(
      session->executor(), [session, id, delivered] { session->on_poll_ended(id, delivered); });
  co_return step;
}

void http_connection::watch_peer(const std::shared_ptr<waiting_poll>& waiting) {
  // a client that sends its next requests already is watched again when they are read
  if (buffer_.size() >= watched_bytes)
    return;
  waiting->reading = true;
  socket_.async_read_some(buffer_.prepare(watched_bytes),
      [self = shared_from_this(), waiting](boost::system::error_code error, std::size_t size) {
        waiting->reading = false;
        waiting->peer_gone = error.failed();
        self->buffer_.commit(size);
        if (!error && !waiting->answer)
          return self->watch_peer(waiting);
        waiting->wake.cancel();
      });
}

asio::awaitable<http_connection::next_step> http_connection::post(
    std::shared_ptr<server_session> session) {
  frame_.keep_alive = false;
  if (boost::beast::iequals(parser_->get()[http::field::content_type], binary_type)) {
    fail_session(session, close_reason::parse_error);
    co_return co_await reply(make_endpoint_reply(frame_, context_->origins, 400, {}, {}));
  }
  if (!session->begin_post()) {
    fail_session(session, close_reason::transport_error);
    co_return co_await reply(make_endpoint_reply(frame_, context_->origins, 400, {}, {}));
  }
  receive_buffer bytes;
  auto begun = std::chrono::steady_clock::now();
  auto read = co_await read_body(session, bytes);
  auto result = receive_result::ok;
  if (read == body_result::complete) {
    frame_.keep_alive = parser_->get().keep_alive();
    auto payload = bytes.release();
    payload.begun = begun;
    result = co_await asio::co_spawn(
        session->executor(), hand_over(session, std::move(payload)), asio::use_awaitable);
  }
  session->end_post();
  if (read == body_result::broken) {
    fail_session(session, close_reason::transport_error);
    co_return next_step::nothing;
  }
  if (read == body_result::too_big)
    co_return co_await reply(make_endpoint_reply(frame_, context_->origins, 413, {}, {}));
  if (result == receive_result::session_unknown)
    co_return co_await refuse(protocol_error::session_unknown, false);
  if (result == receive_result::bad_packet)
    co_return co_await refuse(protocol_error::bad_request, false);
  co_return co_await reply(make_endpoint_reply(frame_, context_->origins, 200, "text/html", "ok"));
}

} // namespace ocelli::engineio
