#include "net/socketio/packet.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <tuple>
#include <vector>

using namespace ocelli::socketio;

namespace {

constexpr packet_limits limits{10, 256};

packet decoded(std::string_view text) {
  const auto result = decode_packet(text, limits);
  INFO(text);
  REQUIRE(std::holds_alternative<packet>(result));
  return std::get<packet>(result);
}

packet_error refused(std::string_view text) {
  const auto result = decode_packet(text, limits);
  INFO(text.substr(0, 100));
  REQUIRE(std::holds_alternative<packet_error>(result));
  return std::get<packet_error>(result);
}

} // namespace

TEST_CASE("A packet's text is taken apart into type, attachments, namespace, id and payload") {
  struct row {
    std::string text;
    packet_type type;
    std::uint32_t attachments;
    std::string name_space;
    std::optional<std::uint64_t> id;
    std::string payload;
  };
  const auto expected = GENERATE(values<row>({
      {"0", packet_type::connect, 0, "/", {}, ""},
      {R"(0{"token":"123"})", packet_type::connect, 0, "/", {}, R"({"token":"123"})"},
      {"0/woot", packet_type::connect, 0, "/woot", {}, ""},
      {R"(0/woot,{"token":"123"})", packet_type::connect, 0, "/woot", {}, R"({"token":"123"})"},
      {"1/woot,", packet_type::disconnect, 0, "/woot", {}, ""},
      {R"(2["a",1,{}])", packet_type::event, 0, "/", {}, R"(["a",1,{}])"},
      {R"(21["a",1,{}])", packet_type::event, 0, "/", 1, R"(["a",1,{}])"},
      {R"(2/test,1["a"])", packet_type::event, 0, "/test", 1, R"(["a"])"},
      {R"(2/admin,0["a, b"])", packet_type::event, 0, "/admin", 0, R"(["a, b"])"},
      {"3123[]", packet_type::ack, 0, "/", 123, "[]"},
      {"318446744073709551615[]", packet_type::ack, 0, "/", 18446744073709551615U, "[]"},
      {R"(4/woot,{"message":"no"})", packet_type::connect_error, 0, "/woot", {},
          R"({"message":"no"})"},
      {R"(52-["a"])", packet_type::binary_event, 2, "/", {}, R"(["a"])"},
      {R"(510-/cool,23["a"])", packet_type::binary_event, 10, "/cool", 23, R"(["a"])"},
      {"61-/back,127[]", packet_type::binary_ack, 1, "/back", 127, "[]"},
      {"442[", packet_type::connect_error, 0, "/", 42, "["},
  }));
  const auto result = decoded(expected.text);
  CHECK(result.type == expected.type);
  CHECK(result.attachments == expected.attachments);
  CHECK(result.name_space == expected.name_space);
  CHECK(result.id == expected.id);
  CHECK(result.payload == expected.payload);
}

TEST_CASE("The text of a packet that is malformed before its payload is refused") {
  const auto [text, error] = GENERATE(table<std::string, packet_error>({
      {"", packet_error::unknown_type},
      {"999", packet_error::unknown_type},
      {"7", packet_error::unknown_type},
      {"abc", packet_error::unknown_type},
      {"-1", packet_error::unknown_type},
      {"\xFF", packet_error::unknown_type},
      {"5", packet_error::illegal_attachments},
      {"51", packet_error::illegal_attachments},
      {"5a-", packet_error::illegal_attachments},
      {"51.23-", packet_error::illegal_attachments},
      {"5-1-[]", packet_error::illegal_attachments},
      {"5+1-[]", packet_error::illegal_attachments},
      {"51e1-[]", packet_error::illegal_attachments},
      {"5-[]", packet_error::illegal_attachments},
      {R"(50-["x"])", packet_error::illegal_attachments},
      {"60-1[]", packet_error::illegal_attachments},
      {R"(5["hello"])", packet_error::illegal_attachments},
      {R"(511-["x"])", packet_error::too_many_attachments},
      {R"(51000000-["x"])", packet_error::too_many_attachments},
      {R"(54294967297-["x"])", packet_error::illegal_attachments},
      {"218446744073709551616[]", packet_error::illegal_id},
      {"0/\xFF\xFE,", packet_error::illegal_namespace},
  }));
  CHECK(refused(text) == error);
}

TEST_CASE(
    "A million digits are refused as an acknowledgement's id and as a number of attachments") {
  const std::string digits(1'000'000, '1');
  CHECK(refused("2" + digits + R"(["x"])") == packet_error::illegal_id);
  CHECK(refused("2" + digits) == packet_error::illegal_id);
  CHECK(refused("5" + digits + R"(-["x"])") == packet_error::illegal_attachments);
  CHECK(refused("5" + digits) == packet_error::illegal_attachments);
  CHECK(refused("2" + std::string(1'000'000, '0') + R"(["x"])") == packet_error::illegal_id);
}

TEST_CASE("A namespace may be as long as the limit and no longer") {
  const std::string longest = "/" + std::string(255, 'n');
  CHECK(decoded("0" + longest).name_space == longest);
  CHECK(decoded("0" + longest + ",{}").name_space == longest);
  CHECK(refused("0" + longest + "n") == packet_error::name_too_long);
  CHECK(refused("0" + longest + "n,{}") == packet_error::name_too_long);
  CHECK(refused("0/" + std::string(1'000'000, 'n')) == packet_error::name_too_long);
}

TEST_CASE("Decoding refers to the text and copies nothing") {
  const std::string text = R"(2/admin,7["a"])";
  const auto result = decoded(text);
  CHECK(result.payload.data() == text.data() + 9);
  CHECK(result.name_space.data() == text.data() + 1);
}

TEST_CASE("What is encoded is decoded to the same packet") {
  const auto [type, attachments] = GENERATE(
      table<packet_type, std::uint32_t>({{packet_type::connect, 0}, {packet_type::disconnect, 0},
          {packet_type::event, 0}, {packet_type::ack, 0}, {packet_type::connect_error, 0},
          {packet_type::binary_event, 3}, {packet_type::binary_ack, 10}}));
  const auto* name_space = GENERATE("/", "/chat");
  const auto id = GENERATE(std::optional<std::uint64_t>(), std::optional<std::uint64_t>(0),
      std::optional<std::uint64_t>(987654321));
  packet original{type, attachments, name_space, id, R"(["a",)"};
  const auto text = encode_packet(original, {"1", "]"});
  const auto result = decoded(text);
  CHECK(result.type == type);
  CHECK(result.attachments == attachments);
  CHECK(result.name_space == name_space);
  CHECK(result.id == id);
  CHECK(result.payload == R"(["a",1])");
}

TEST_CASE("Encoding gives the bytes of the protocol's examples") {
  packet header;
  CHECK(encode_packet(header, {R"(["foo"])"}) == R"(2["foo"])");
  header.name_space = "/admin";
  header.id = 12;
  CHECK(encode_packet(header, {R"(["foo"])"}) == R"(2/admin,12["foo"])");
  header.type = packet_type::binary_event;
  header.attachments = 1;
  CHECK(encode_packet(header, {R"(["baz",{"_placeholder":true,"num":0}])"}) ==
        R"(51-/admin,12["baz",{"_placeholder":true,"num":0}])");
}

TEST_CASE("The names that the reference's own events have are reserved") {
  CHECK(is_reserved_event("connect"));
  CHECK(is_reserved_event("connect_error"));
  CHECK(is_reserved_event("disconnect"));
  CHECK(is_reserved_event("disconnecting"));
  CHECK(is_reserved_event("newListener"));
  CHECK(is_reserved_event("removeListener"));
  CHECK_FALSE(is_reserved_event("message"));
  CHECK_FALSE(is_reserved_event(""));
  CHECK_FALSE(is_reserved_event("Connect"));
}
