#include "net/engineio/server.hpp"

#include "net/engineio/listener.hpp"
#include "net/engineio/server_context.hpp"
#include "net/engineio/server_session.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <fmt/format.h>

#include <stdexcept>
#include <utility>

namespace ocelli::engineio {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

/// Tries for a port that is free on all addresses of `localhost` at once.
constexpr int free_port_attempts = 16;

bool is_unsupported(const boost::system::error_code& error) {
  return error == asio::error::address_family_not_supported ||
         error == boost::system::errc::address_not_available;
}

std::string explain(const tcp::endpoint& endpoint, const boost::system::error_code& error) {
  auto address = endpoint.address().to_string();
  if (error == asio::error::address_in_use)
    return fmt::format("port {} is in use on {}: stop the other program or choose another port",
        endpoint.port(), address);
  if (error == asio::error::access_denied)
    return fmt::format("port {} on {} may not be used by this user: choose one from 1024 up",
        endpoint.port(), address);
  return fmt::format("cannot listen on {} port {}: {}", address, endpoint.port(), error.message());
}

} // namespace

struct server::implementation {
  implementation(asio::io_context& io, server_options options)
      : context(std::make_shared<server_context>(io, std::move(options))) {}

  std::shared_ptr<listener> bind(const asio::ip::address& address, std::uint16_t port) const {
    return std::make_shared<listener>(context, tcp::endpoint(address, port));
  }

  /// Listeners for the configured host; throws `boost::system::system_error`, `at` tells where.
  std::vector<std::shared_ptr<listener>> bind(tcp::endpoint& at) const {
    const auto& options = context->options;
    bool local = options.host == "localhost";
    at = {local ? asio::ip::address(asio::ip::address_v4::loopback())
                : asio::ip::make_address(options.host),
        options.port};
    std::vector<std::shared_ptr<listener>> bound{bind(at.address(), at.port())};
    if (!local)
      return bound;
    at = {asio::ip::address_v6::loopback(), bound.front()->port()};
    try {
      bound.push_back(bind(at.address(), at.port()));
    } catch (const boost::system::system_error& error) {
      if (!is_unsupported(error.code()))
        throw;
    }
    return bound;
  }

  void listen() {
    for (int attempt = 1;; ++attempt) {
      tcp::endpoint at;
      try {
        listeners = bind(at);
        break;
      } catch (const boost::system::system_error& error) {
        if (error.code() == asio::error::invalid_argument)
          throw std::runtime_error(fmt::format(
              "host \"{}\" is not an IP address and not localhost", context->options.host));
        bool chosen_here = context->options.port == 0 && at.port() != 0;
        if (!chosen_here || attempt == free_port_attempts)
          throw std::runtime_error(explain(at, error.code()));
      }
    }
    for (const auto& each : listeners)
      each->start();
  }

  std::shared_ptr<server_context> context;
  std::vector<std::shared_ptr<listener>> listeners;
};

server::server(asio::io_context& context, server_options options)
    : self_(std::make_shared<implementation>(context, std::move(options))) {}

server::~server() = default;

void server::on_open(open_handler handler) { self_->context->open_session = std::move(handler); }

void server::on_handshake(handshake_handler handler) {
  self_->context->allow_handshake = std::move(handler);
}

void server::on_request(request_handler handler) {
  self_->context->answer_request = std::move(handler);
}

void server::on_log(log_handler handler) { self_->context->log_line = std::move(handler); }

void server::listen() { self_->listen(); }

std::uint16_t server::port() const noexcept { return self_->listeners.front()->port(); }

void server::refuse_handshakes() noexcept { self_->context->sessions.refuse(); }

void server::close_all(std::function<void()> done) {
  auto& context = *self_->context;
  context.sessions.refuse();
  for (const auto& session : context.sessions.all())
    session->close(close_reason::server_shutting_down);
  context.sessions.when_empty([&io = context.io, done = std::move(done)] { asio::post(io, done); });
}

void server::stop_listening() {
  auto& context = *self_->context;
  context.sessions.refuse();
  for (const auto& listener : self_->listeners)
    listener->stop();
  context.connections->stop();
  for (const auto& session : context.sessions.all())
    asio::post(session->executor(), [session] { session->stop(); });
}

std::size_t server::sessions() const noexcept {
  const auto& counters = self_->context->counters;
  return counters.polling_sessions() + counters.websocket_sessions();
}

server_statistics server::statistics() const {
  const auto& counters = self_->context->counters;
  server_statistics result;
  result.connections = self_->context->connections->size();
  result.connections_accepted = counters.connections_accepted();
  result.connections_refused = counters.connections_refused();
  result.polling_sessions = counters.polling_sessions();
  result.websocket_sessions = counters.websocket_sessions();
  result.sessions_opened = counters.sessions_opened();
  result.sessions_refused = counters.sessions_refused();
  result.bytes_received = counters.bytes_received();
  result.bytes_sent = counters.bytes_sent();
  return result;
}

} // namespace ocelli::engineio
