#pragma once

#include "net/engineio/connection_registry.hpp"
#include "net/engineio/http_replies.hpp"
#include "net/engineio/query.hpp"
#include "net/engineio/receive_buffer.hpp"
#include "net/engineio/server_context.hpp"
#include "net/engineio/server_session.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

namespace ocelli::engineio {

/// One TCP connection that speaks HTTP/1.1, until it ends or becomes a WebSocket. It has a strand
/// of its own, and calls sessions on theirs.
class http_connection final : public connection,
                              public std::enable_shared_from_this<http_connection> {
 public:
  /// `socket` must use a strand.
  http_connection(std::shared_ptr<server_context> context, boost::asio::ip::tcp::socket socket,
      const boost::asio::ip::tcp::endpoint& peer, connection_ticket ticket);

  /// Serves requests from now on. Thread-safe.
  void start();
  void stop() override;

 private:
  using parser = boost::beast::http::request_parser<boost::beast::http::buffer_body>;
  /// What became of the body of a request.
  enum class body_result : std::uint8_t { complete, too_big, broken };
  /// What became of the connection after a request.
  enum class next_step : std::uint8_t { next_request, close, nothing };
  struct waiting_poll;

  boost::asio::awaitable<void> run();
  boost::asio::awaitable<next_step> serve_one();
  boost::asio::awaitable<next_step> refuse_header(boost::system::error_code error);
  boost::asio::awaitable<next_step> reply(http_reply reply);
  boost::asio::awaitable<next_step> serve_other(std::string_view method, std::string_view path);
  boost::asio::awaitable<next_step> serve_endpoint(std::string_view query);
  boost::asio::awaitable<next_step> refuse(protocol_error error, bool websocket);
  boost::asio::awaitable<next_step> admit(handshake opening, bool upgrade);
  boost::asio::awaitable<bool> is_allowed(const handshake& opening);
  boost::asio::awaitable<next_step> open_session(handshake opening);
  boost::asio::awaitable<next_step> open_websocket(
      std::shared_ptr<server_session> session, handshake opening);
  boost::asio::awaitable<next_step> poll(std::shared_ptr<server_session> session);
  void watch_peer(const std::shared_ptr<waiting_poll>& waiting);
  boost::asio::awaitable<next_step> post(std::shared_ptr<server_session> session);
  boost::asio::awaitable<body_result> read_body(
      std::shared_ptr<server_session> session, receive_buffer& bytes);
  boost::asio::awaitable<void> linger();

  reply_frame make_frame() const;
  handshake make_handshake(const query_parameters& query) const;
  void limit_time(std::chrono::milliseconds time);
  void lift_limit();

  const std::shared_ptr<server_context> context_;
  boost::asio::ip::tcp::socket socket_;
  const boost::asio::ip::tcp::endpoint peer_;
  connection_ticket ticket_;
  boost::asio::steady_timer deadline_;
  boost::beast::flat_buffer buffer_;
  std::optional<parser> parser_; ///< Of the request being served, as long as it is needed.
  reply_frame frame_;
};

} // namespace ocelli::engineio
