#pragma once

#include "net/engineio/connection_registry.hpp"
#include "net/engineio/options.hpp"
#include "net/engineio/origin_policy.hpp"
#include "net/engineio/server.hpp"
#include "net/engineio/server_counters.hpp"
#include "net/engineio/session_registry.hpp"

#include <boost/asio/io_context.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace ocelli::engineio {

/// What all connections and sessions of one server share. The handlers are set before the server
/// listens and never change afterwards; everything else is thread-safe.
struct server_context {
  server_context(boost::asio::io_context& io_context, server_options server_options);

  /// Tells the operator; does nothing without a handler.
  void log(std::string_view level, const std::string& line) const;
  /// Tells that a client's message was refused because of its size.
  void log_oversized(const std::string& address, std::size_t bytes) const;

  boost::asio::io_context& io;
  const server_options options;
  const origin_policy origins;
  server::open_handler open_session;
  server::handshake_handler allow_handshake;
  server::request_handler answer_request;
  server::log_handler log_line;
  session_registry sessions;
  std::shared_ptr<connection_registry> connections;
  server_counters counters;
};

} // namespace ocelli::engineio
