#include "net/socketio/payload.hpp"

#include "socketio/messages.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace ocelli::socketio;
using tests::make_message;

namespace {

std::variant<checked_packet, packet_error> checked(const std::string& text) {
  const auto message = make_message(text);
  return check_payload(std::get<packet>(decode_packet(message.data, {})), message, {});
}

checked_packet accepted(const std::string& text) {
  auto result = checked(text);
  INFO(text);
  REQUIRE(std::holds_alternative<checked_packet>(result));
  return std::get<checked_packet>(std::move(result));
}

packet_error refused(const std::string& text) {
  const auto result = checked(text);
  INFO(text.substr(0, 100));
  REQUIRE(std::holds_alternative<packet_error>(result));
  return std::get<packet_error>(result);
}

} // namespace

TEST_CASE("A payload that does not fit its packet's type is refused") {
  const auto* text = GENERATE(R"(0/admin,"invalid")", "0[]", "0null", "1/admin,{}", "1[]",
      R"(2/admin,"invalid)", "2/admin,{}", "2", "2{}", R"(2[{"toString":"foo"}])",
      R"(2[true,"foo"])", R"(2[null,"bar"])", "2[]", "2[[1]]", R"(2abc["message-with-ack"])",
      R"(21x["a"])", R"(2["a"]x)", "31", "31{}", R"(31"a")", R"(61-1{})",
      R"(51-["x",{"_placeholder":true,"num":"splice"}])",
      R"(51-["x",{"_placeholder":true,"num":1}])", R"(51-["x",[{"_placeholder":true,"num":-1}]])",
      R"(51-["x",{"a":{"_placeholder":true,"num":1e9}}])",
      R"(61-1[{"_placeholder":true,"num":1}])");
  CHECK(refused(text) == packet_error::invalid_payload);
}

TEST_CASE("Events with reserved names are refused, also when the name is written with escapes") {
  const auto* text = GENERATE(R"(2["connect"])", R"(2["connect_error"])",
      R"(2["disconnect","123"])", R"(2["disconnecting"])", R"(2["newListener"])",
      R"(2["removeListener",1])", R"(2["\u0063onnect"])", R"(51-["disconnect"])");
  CHECK(refused(text) == packet_error::reserved_event);
}

TEST_CASE("An acknowledgement without an id is refused") {
  CHECK(refused("3[]") == packet_error::illegal_id);
}

TEST_CASE("An event gives its name and its arguments as views into the message") {
  const auto message = make_message(R"(2["message",1,"2",{"3":[true]}])");
  const auto result = check_payload(std::get<packet>(decode_packet(message.data, {})), message, {});
  const auto& packet = std::get<checked_packet>(result);
  CHECK(packet.name == "message");
  CHECK(packet.arguments == R"(1,"2",{"3":[true]})");
  CHECK(packet.arguments.data() == message.data.data() + 12);
  CHECK(packet.owner == message.owner);
}

TEST_CASE("Escapes in an event's name are resolved, and the packet keeps the text alive") {
  const auto packet = accepted(R"(2["caf\u00e9 \"x\"",[1]])");
  CHECK(packet.name == "caf\xC3\xA9 \"x\"");
  CHECK(packet.arguments == "[1]");
}

TEST_CASE("An event's name may be a number, which stands for itself, or empty") {
  CHECK(accepted("2[12,1]").name == "12");
  CHECK(accepted(R"(2["",1])").name.empty());
}

TEST_CASE("An event's name may be as long as the limit and no longer") {
  const std::string longest(256, 'e');
  CHECK(accepted("2[\"" + longest + "\"]").name == longest);
  CHECK(refused("2[\"" + longest + "e\"]") == packet_error::name_too_long);
  CHECK(refused("2[\"\\u0041" + longest + "\"]") == packet_error::name_too_long);
  CHECK(refused("2[" + std::string(257, '1') + "]") == packet_error::name_too_long);
}

TEST_CASE("An acknowledgement's arguments are all values of its array") {
  CHECK(accepted(R"(37[1,"2"])").arguments == R"(1,"2")");
  CHECK(accepted("37[]").arguments.empty());
}

TEST_CASE("Connecting takes an object or nothing, disconnecting nothing") {
  CHECK(accepted(R"(0{"token":"123"})").header.payload == R"({"token":"123"})");
  CHECK(accepted("0").header.payload.empty());
  CHECK(accepted("1/admin,").header.name_space == "/admin");
}

TEST_CASE("A client's connect error is accepted whatever it carries") {
  CHECK(accepted("4{}").header.type == packet_type::connect_error);
  CHECK(accepted("4[[[").header.type == packet_type::connect_error);
}
