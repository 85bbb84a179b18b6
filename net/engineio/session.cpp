#include "net/engineio/session.hpp"

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

} // namespace ocelli::engineio
