#include "net/engineio/session.hpp"

#include <algorithm>

namespace ocelli::engineio {

std::string_view to_string(close_reason reason) noexcept {
  switch (reason) {
  case close_reason::transport_close:
    return "transport close";
  case close_reason::forced_close:
    return "forced close";
  case close_reason::ping_timeout:
    return "ping timeout";
  case close_reason::parse_error:
    return "parse error";
  case close_reason::server_shutting_down:
    return "server shutting down";
  case close_reason::transport_error:
  case close_reason::too_slow:
  case close_reason::message_too_big:
    break;
  }
  return "transport error";
}

std::optional<std::string_view> handshake::query_value(std::string_view name) const noexcept {
  const auto found = std::find_if(
      query.rbegin(), query.rend(), [name](const auto& entry) { return entry.first == name; });
  return found == query.rend() ? std::nullopt : std::optional<std::string_view>(found->second);
}

std::optional<std::string_view> handshake::header(std::string_view name) const noexcept {
  const auto found = std::find_if(
      headers.begin(), headers.end(), [name](const auto& entry) { return entry.first == name; });
  return found == headers.end() ? std::nullopt : std::optional<std::string_view>(found->second);
}

} // namespace ocelli::engineio
