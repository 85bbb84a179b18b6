#pragma once

#include "net/engineio/connection_registry.hpp"
#include "net/engineio/lingering_socket.hpp"
#include "net/engineio/receive_buffer.hpp"
#include "net/engineio/server_context.hpp"
#include "net/engineio/server_session.hpp"
#include "net/engineio/websocket_link.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/websocket/stream.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace ocelli::engineio {

/// A TCP connection that has become a WebSocket, RFC 6455, without compression. It runs on the
/// strand of its session.
class websocket_connection final : public connection,
                                   public websocket_link,
                                   public std::enable_shared_from_this<websocket_connection> {
 public:
  using http_request_type = boost::beast::http::request<boost::beast::http::buffer_body>;

  /// `socket` must use the strand of the session, or, without one, the strand of the session to be.
  websocket_connection(std::shared_ptr<server_context> context, boost::asio::ip::tcp::socket socket,
      connection_ticket ticket);

  /// Answers the WebSocket handshake; then upgrades `session`, or opens one for `opening` if it is
  /// null. Thread-safe.
  void start(http_request_type request, std::shared_ptr<server_session> session, handshake opening);

  void stop() override;
  void write(std::optional<packet_type> type, std::shared_ptr<const std::string> data) override;
  void close(std::uint16_t code) override;
  void abort() override;

 private:
  boost::asio::awaitable<void> open(http_request_type request, handshake opening);
  boost::asio::awaitable<void> read();
  bool join_session(handshake opening);
  void on_piece(std::size_t size);
  void on_write(boost::system::error_code error, std::size_t size);
  void on_read_ended(boost::system::error_code error);
  void abort_after(std::chrono::milliseconds time);
  void report_end();

  const std::shared_ptr<server_context> context_;
  boost::beast::websocket::stream<lingering_socket, false> stream_;
  connection_ticket ticket_;
  std::string address_;
  std::shared_ptr<server_session> session_;
  receive_buffer incoming_;
  std::chrono::steady_clock::time_point begun_; ///< Of the message in `incoming_`.
  std::size_t expected_ = 0;
  bool discarding_ = false;
  std::array<char, 1> type_{};
  std::shared_ptr<const std::string> outgoing_;
  std::unique_ptr<boost::asio::steady_timer> patience_; ///< For the peer to close.
  bool close_pending_ = false;
  std::optional<close_reason> end_;
};

} // namespace ocelli::engineio
