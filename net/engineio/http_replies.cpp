#include "net/engineio/http_replies.hpp"

#include <utility>

namespace ocelli::engineio {

namespace http = boost::beast::http;

namespace {

constexpr std::string_view text_type = "text/plain; charset=UTF-8";
constexpr std::string_view json_type = "application/json";

void add_cors_headers(http_reply& reply, const reply_frame& frame, const origin_policy& origins) {
  if (!origins.enabled())
    return;
  reply.set(http::field::vary, "Origin");
  if (frame.origin && origins.allows(*frame.origin)) {
    reply.set(http::field::access_control_allow_origin, *frame.origin);
    reply.set(http::field::access_control_allow_credentials, "true");
  } else if (!frame.origin && origins.any()) {
    reply.set(http::field::access_control_allow_origin, "*");
  }
}

} // namespace

http_reply make_reply(
    const reply_frame& frame, unsigned status, std::string_view content_type, std::string body) {
  http_reply reply(static_cast<http::status>(status), frame.version);
  if (!content_type.empty())
    reply.set(http::field::content_type, content_type);
  reply.keep_alive(frame.keep_alive);
  reply.body() = std::move(body);
  // RFC 9110 section 8.6: 204 has no content, hence no length
  if (status != 204)
    reply.content_length(reply.body().size());
  if (frame.head)
    reply.body().clear();
  return reply;
}

http_reply make_endpoint_reply(const reply_frame& frame, const origin_policy& origins,
    unsigned status, std::string_view content_type, std::string body) {
  auto reply = make_reply(frame, status, content_type, std::move(body));
  reply.set(http::field::cache_control, "no-store");
  add_cors_headers(reply, frame, origins);
  return reply;
}

http_reply make_error_reply(
    const reply_frame& frame, const origin_policy& origins, protocol_error error, bool websocket) {
  auto status = to_status(error);
  if (websocket)
    return make_endpoint_reply(frame, origins, status, text_type, std::string(to_string(error)));
  return make_endpoint_reply(frame, origins, status, json_type, to_json(error));
}

http_reply make_preflight_reply(
    const reply_frame& frame, const origin_policy& origins, std::string_view requested_headers) {
  auto reply = make_endpoint_reply(frame, origins, 204, {}, {});
  reply.set(http::field::access_control_allow_methods, "GET,HEAD,PUT,PATCH,POST,DELETE");
  if (!requested_headers.empty())
    reply.set(http::field::access_control_allow_headers, requested_headers);
  return reply;
}

} // namespace ocelli::engineio
