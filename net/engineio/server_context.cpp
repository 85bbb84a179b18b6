#include "net/engineio/server_context.hpp"

#include <fmt/format.h>

#include <utility>

namespace ocelli::engineio {

server_context::server_context(boost::asio::io_context& io_context, server_options server_options)
    : io(io_context), options(std::move(server_options)), origins(options.cors_origins),
      sessions(options.connections), connections(std::make_shared<connection_registry>(
                                         options.connections, options.connections_per_address)) {}

void server_context::log(std::string_view level, const std::string& line) const {
  if (log_line)
    log_line(level, line);
}

void server_context::log_oversized(const std::string& address, std::size_t bytes) const {
  log("warning",
      fmt::format("message of at least {} bytes from {} is over the limit message_bytes ({})",
          bytes, address, options.message_bytes));
}

} // namespace ocelli::engineio
