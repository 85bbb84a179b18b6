#include "net/engineio/request_check.hpp"

#include <fmt/format.h>

namespace ocelli::engineio {

std::string_view to_string(protocol_error error) noexcept {
  switch (error) {
  case protocol_error::transport_unknown:
    return "Transport unknown";
  case protocol_error::session_unknown:
    return "Session ID unknown";
  case protocol_error::bad_handshake_method:
    return "Bad handshake method";
  case protocol_error::bad_request:
    return "Bad request";
  case protocol_error::forbidden:
    return "Forbidden";
  case protocol_error::unsupported_protocol_version:
    return "Unsupported protocol version";
  }
  return "Bad request";
}

std::string to_json(protocol_error error) {
  return fmt::format(
      R"({{"code":{},"message":"{}"}})", static_cast<unsigned>(error), to_string(error));
}

unsigned to_status(protocol_error error) noexcept {
  return error == protocol_error::forbidden ? 403 : 400;
}

std::optional<protocol_error> check_request(const request_facts& facts) noexcept {
  if (facts.transport != "polling" && facts.transport != "websocket")
    return protocol_error::transport_unknown;
  bool websocket = facts.transport == "websocket";
  if (facts.has_session_id) {
    if (!facts.session_transport)
      return protocol_error::session_unknown;
    if (!facts.upgrade && facts.session_transport != facts.transport)
      return protocol_error::bad_request;
    if (!facts.revision_4)
      return protocol_error::bad_request;
  } else {
    if (!facts.get)
      return protocol_error::bad_handshake_method;
    if (websocket && !facts.upgrade)
      return protocol_error::bad_request;
    if (!facts.revision_4)
      return protocol_error::unsupported_protocol_version;
  }
  if (facts.upgrade && !websocket)
    return protocol_error::bad_request;
  return std::nullopt;
}

} // namespace ocelli::engineio
