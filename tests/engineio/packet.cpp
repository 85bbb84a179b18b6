#include "net/engineio/packet.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

using namespace ocelli::engineio;

namespace {

std::vector<std::string> split(std::string_view payload) {
  std::vector<std::string> packets;
  payload_reader reader(payload);
  while (auto next = reader.next())
    packets.emplace_back(*next);
  return packets;
}

outgoing_message text(std::string data) {
  return {false, std::make_shared<const std::string>(std::move(data))};
}
outgoing_message binary(std::string data) {
  return {true, std::make_shared<const std::string>(std::move(data))};
}

} // namespace

TEST_CASE("Every digit from 0 to 6 begins a packet and what follows is its data") {
  auto [encoded, type, data] = GENERATE(table<std::string, packet_type, std::string>({
      {"0{}", packet_type::open, "{}"},
      {"1", packet_type::close, ""},
      {"2", packet_type::ping, ""},
      {"2probe", packet_type::ping, "probe"},
      {"3", packet_type::pong, ""},
      {"4", packet_type::message, ""},
      {"4hello", packet_type::message, "hello"},
      {"4b\x1e", packet_type::message, "b\x1e"},
      {"5", packet_type::upgrade, ""},
      {"6", packet_type::noop, ""},
  }));
  auto decoded = decode_packet(encoded);
  REQUIRE(decoded);
  CHECK(decoded->type == type);
  CHECK(decoded->data == data);
  CHECK_FALSE(decoded->base64);
}

TEST_CASE("Text that begins with no packet type is not a packet") {
  auto encoded = GENERATE(as<std::string>(), "", "7", "abc", "/", ":", " 4", "\xff", "-1");
  CHECK_FALSE(decode_packet(encoded));
  CHECK_FALSE(decode_polling_packet(encoded));
}

TEST_CASE("Only polling knows packets of base64") {
  auto decoded = decode_polling_packet("bAQIDBA==");
  REQUIRE(decoded);
  CHECK(decoded->type == packet_type::message);
  CHECK(decoded->base64);
  CHECK(decoded->data == "AQIDBA==");
  CHECK_FALSE(decode_packet("bAQIDBA=="));
}

TEST_CASE("A payload is split at every record separator") {
  auto [payload, packets] = GENERATE(table<std::string, std::vector<std::string>>({
      {"", {""}},
      {"4hello", {"4hello"}},
      {"4test1\x1e"
       "4test2\x1e"
       "4test3",
          {"4test1", "4test2", "4test3"}},
      {"4a\x1e", {"4a", ""}},
      {"\x1e", {"", ""}},
      {"4a\x1e\x1e"
       "4b",
          {"4a", "", "4b"}},
  }));
  CHECK(split(payload) == packets);
}

TEST_CASE("A payload of a million packets is read to its end") {
  std::string payload;
  for (int i = 0; i < 1'000'000; ++i)
    payload += "4\x1e";
  payload += "4";
  payload_reader reader(payload);
  std::size_t packets = 0;
  while (reader.next())
    ++packets;
  CHECK(packets == 1'000'001);
}

TEST_CASE("A payload is written with separators between packets and base64 for binary messages") {
  payload_writer writer;
  CHECK(writer.take().empty());
  writer.add(packet_type::ping);
  writer.add(text("hello"));
  writer.add(binary(std::string("\x01\x02\x03\x04", 4)));
  writer.add(packet_type::close);
  CHECK(writer.packets() == 4);
  CHECK(writer.take() == "2\x1e"
                         "4hello\x1e"
                         "bAQIDBA==\x1e"
                         "1");
  CHECK(writer.packets() == 0);
  CHECK(writer.take().empty());
}

TEST_CASE("The open packet has exactly the keys of the protocol") {
  server_options options;
  options.ping_interval = std::chrono::milliseconds(300);
  options.ping_timeout = std::chrono::milliseconds(200);
  CHECK(
      encode_open("abc", true, options) ==
      R"({"sid":"abc","upgrades":["websocket"],"pingInterval":300,"pingTimeout":200,"maxPayload":1000000})");
  CHECK(encode_open("abc", false, options) ==
        R"({"sid":"abc","upgrades":[],"pingInterval":300,"pingTimeout":200,"maxPayload":1000000})");
}
