#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/role.hpp>
#include <boost/beast/websocket/teardown.hpp>

#include <functional>
#include <utility>

namespace ocelli::engineio {

/// A TCP socket below a WebSocket that tells when the closing handshake is over, and Beast only
/// waits for the peer to close the connection, which it would do for ever. Belongs to one strand.
class lingering_socket : public boost::asio::ip::tcp::socket {
 public:
  explicit lingering_socket(boost::asio::ip::tcp::socket socket)
      : boost::asio::ip::tcp::socket(std::move(socket)) {}

  /// Called when the wait begins; must not destroy the socket.
  std::function<void()> on_teardown;
};

/// Found by Beast through its argument.
template <class Handler>
void async_teardown(boost::beast::role_type role, lingering_socket& socket, Handler&& handler) {
  socket.on_teardown();
  boost::beast::websocket::async_teardown(
      role, static_cast<boost::asio::ip::tcp::socket&>(socket), std::forward<Handler>(handler));
}

} // namespace ocelli::engineio
