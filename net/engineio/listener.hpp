#pragma once

#include "net/engineio/server_context.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstdint>
#include <memory>

namespace ocelli::engineio {

/// Accepts connections on one address until it is stopped, whatever fails meanwhile.
class listener : public std::enable_shared_from_this<listener> {
 public:
  /// Binds and listens; throws `boost::system::system_error`.
  listener(std::shared_ptr<server_context> context, const boost::asio::ip::tcp::endpoint& endpoint);

  void start();
  /// Thread-safe.
  void stop();
  /// The port in use.
  std::uint16_t port() const noexcept { return port_; }

 private:
  boost::asio::awaitable<void> accept();
  void serve(boost::asio::ip::tcp::socket socket);

  const std::shared_ptr<server_context> context_;
  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::steady_timer pause_;
  std::uint16_t port_ = 0;
  bool failing_ = false;
  bool refusing_ = false;
};

} // namespace ocelli::engineio
