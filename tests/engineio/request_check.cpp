#include "net/engineio/request_check.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace ocelli::engineio;

namespace {

using text = std::optional<std::string_view>;

struct example {
  std::string name;
  request_facts facts;
  std::optional<protocol_error> error;
};

} // namespace

TEST_CASE("Requests are judged as the reference judges them") {
  const text none;
  const text polling = "polling";
  const text websocket = "websocket";
  auto each = GENERATE_COPY(values<example>({
      {"polling handshake", {true, false, true, polling, false, none}, std::nullopt},
      {"WebSocket handshake", {true, true, true, websocket, false, none}, std::nullopt},
      {"no transport", {true, false, true, none, false, none}, protocol_error::transport_unknown},
      {"constructor", {true, false, true, "constructor", false, none},
          protocol_error::transport_unknown},
      {"__proto__", {true, true, true, "__proto__", false, none},
          protocol_error::transport_unknown},
      {"webtransport", {true, false, true, "webtransport", false, none},
          protocol_error::transport_unknown},
      {"no transport and no EIO", {true, false, false, none, false, none},
          protocol_error::transport_unknown},
      {"no EIO", {true, false, false, polling, false, none},
          protocol_error::unsupported_protocol_version},
      {"no EIO over WebSocket", {true, true, false, websocket, false, none},
          protocol_error::unsupported_protocol_version},
      {"POST handshake", {false, false, true, polling, false, none},
          protocol_error::bad_handshake_method},
      {"WebSocket without upgrade", {true, false, true, websocket, false, none},
          protocol_error::bad_request},
      {"polling with upgrade", {true, true, true, polling, false, none},
          protocol_error::bad_request},
      {"unknown session", {true, false, true, polling, true, none},
          protocol_error::session_unknown},
      {"poll", {true, false, true, polling, true, polling}, std::nullopt},
      {"post", {false, false, true, polling, true, polling}, std::nullopt},
      {"upgrade", {true, true, true, websocket, true, polling}, std::nullopt},
      {"poll after upgrade", {true, false, true, polling, true, websocket},
          protocol_error::bad_request},
      {"WebSocket request without upgrade", {true, false, true, websocket, true, polling},
          protocol_error::bad_request},
      {"poll with another EIO", {true, false, false, polling, true, polling},
          protocol_error::bad_request},
      {"upgrade with another EIO", {true, true, false, websocket, true, polling},
          protocol_error::bad_request},
      {"upgrade to polling", {true, true, true, polling, true, polling},
          protocol_error::bad_request},
  }));
  INFO(each.name);
  CHECK(check_request(each.facts) == each.error);
}

TEST_CASE("Errors carry the reference's codes and texts") {
  auto [error, status, json] = GENERATE(table<protocol_error, unsigned, std::string>({
      {protocol_error::transport_unknown, 400, R"({"code":0,"message":"Transport unknown"})"},
      {protocol_error::session_unknown, 400, R"({"code":1,"message":"Session ID unknown"})"},
      {protocol_error::bad_handshake_method, 400, R"({"code":2,"message":"Bad handshake method"})"},
      {protocol_error::bad_request, 400, R"({"code":3,"message":"Bad request"})"},
      {protocol_error::forbidden, 403, R"({"code":4,"message":"Forbidden"})"},
      {protocol_error::unsupported_protocol_version, 400,
          R"({"code":5,"message":"Unsupported protocol version"})"},
  }));
  CHECK(to_json(error) == json);
  CHECK(to_status(error) == status);
}
