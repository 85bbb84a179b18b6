#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ocelli::engineio {

/// The reference's errors; the value is the `code` on the wire.
enum class protocol_error : std::uint8_t {
  transport_unknown,
  session_unknown,
  bad_handshake_method,
  bad_request,
  forbidden,
  unsupported_protocol_version
};

/// The reference's text of the error.
std::string_view to_string(protocol_error error) noexcept;
/// The body of the answer: a JSON object with `code` and `message`.
std::string to_json(protocol_error error);
/// The HTTP status of the answer.
unsigned to_status(protocol_error error) noexcept;

/// What decides whether a request to the endpoint is valid.
struct request_facts {
  bool get = false;                          ///< The method is GET.
  bool upgrade = false;                      ///< It asks for WebSocket.
  bool revision_4 = false;                   ///< Parameter EIO is 4.
  std::optional<std::string_view> transport; ///< Parameter transport, unless repeated.
  bool has_session_id = false;               ///< Parameter sid is there and not empty.
  std::optional<std::string_view>
      session_transport; ///< That of the session, if there is one of that id.
};

/// The error with which the reference refuses the request, checked in its order; nullopt when it is
/// valid.
std::optional<protocol_error> check_request(const request_facts& facts) noexcept;

} // namespace ocelli::engineio
