#include "net/engineio/listener.hpp"

#include "net/engineio/http_connection.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include <chrono>
#include <utility>

namespace ocelli::engineio {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
/// Before the next try, when the process or the host has no descriptor or memory to spare.
constexpr std::chrono::milliseconds retry_pause{100};

} // namespace

listener::listener(std::shared_ptr<server_context> context, const tcp::endpoint& endpoint)
    : context_(std::move(context)), acceptor_(asio::make_strand(context_->io)),
      pause_(acceptor_.get_executor()) {
  acceptor_.open(endpoint.protocol());
  acceptor_.set_option(tcp::acceptor::reuse_address(true));
  acceptor_.bind(endpoint);
  acceptor_.listen();
  port_ = acceptor_.local_endpoint().port();
}

void listener::start() {
  asio::co_spawn(
      acceptor_.get_executor(),
      [](std::shared_ptr<listener> self) -> asio::awaitable<void> { co_await self->accept(); }(
                                             shared_from_this()),
      asio::detached);
}

void listener::stop() {
  asio::post(acceptor_.get_executor(), [self = shared_from_this()] {
    boost::system::error_code ignored;
    self->acceptor_.close(ignored);
    self->pause_.cancel();
  });
}

asio::awaitable<void> listener::accept() {
  while (acceptor_.is_open()) {
    auto [error, socket] =
        co_await acceptor_.async_accept(asio::make_strand(context_->io), as_result);
    if (!error) {
      failing_ = false;
      serve(std::move(socket));
      continue;
    }
    if (error == asio::error::operation_aborted || error == asio::error::connection_aborted)
      continue;
    if (!std::exchange(failing_, true))
      context_->log(
          "warning", fmt::format("cannot accept connections: {}; trying again", error.message()));
    pause_.expires_after(retry_pause);
    co_await pause_.async_wait(as_result);
  }
}

void listener::serve(tcp::socket socket) {
  boost::system::error_code error;
  auto peer = socket.remote_endpoint(error);
  // it has gone already
  if (error)
    return;
  auto ticket = context_->connections->admit(peer.address());
  if (!ticket) {
    context_->counters.connection_refused();
    if (!std::exchange(refusing_, true))
      context_->log("warning", fmt::format("connection from {} refused: over connections ({}) or "
                                           "connections_per_address ({})",
                                   peer.address().to_string(), context_->options.connections,
                                   context_->options.connections_per_address));
    return;
  }
  refusing_ = false;
  context_->counters.connection_accepted();
  socket.set_option(tcp::no_delay(true), error);
  std::make_shared<http_connection>(context_, std::move(socket), peer, std::move(ticket))->start();
}

} // namespace ocelli::engineio
