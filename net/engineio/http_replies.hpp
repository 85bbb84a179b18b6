#pragma once

#include "net/engineio/origin_policy.hpp"
#include "net/engineio/request_check.hpp"
#include "net/engineio/server.hpp"

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace ocelli::engineio {

using http_reply = boost::beast::http::response<boost::beast::http::string_body>;

/// What an answer needs to know of its request, so that the request itself need not be kept until
/// then.
struct reply_frame {
  unsigned version = 11;             ///< HTTP version, as Beast writes it.
  bool keep_alive = true;            ///< The connection serves another request afterwards.
  bool head = false;                 ///< The body is left out.
  std::optional<std::string> origin; ///< Header Origin.
};

/// An answer with status, type and body; `content_type` may be empty.
http_reply make_reply(
    const reply_frame& frame, unsigned status, std::string_view content_type, std::string body);
/// An answer of the endpoint: not to be cached, with the CORS headers of `origins`.
http_reply make_endpoint_reply(const reply_frame& frame, const origin_policy& origins,
    unsigned status, std::string_view content_type, std::string body);
/// The reference's answer to an invalid request: JSON, or the bare text to a WebSocket handshake.
http_reply make_error_reply(
    const reply_frame& frame, const origin_policy& origins, protocol_error error, bool websocket);
/// The answer to a CORS preflight that asked for `requested_headers`.
http_reply make_preflight_reply(
    const reply_frame& frame, const origin_policy& origins, std::string_view requested_headers);

} // namespace ocelli::engineio
