#include "net/socketio/packet_assembler.hpp"

#include "socketio/messages.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace ocelli::socketio;
using tests::make_message;

namespace {

checked_packet announcing(std::uint32_t attachments) {
  checked_packet packet;
  packet.header.type = packet_type::binary_event;
  packet.header.attachments = attachments;
  return packet;
}

} // namespace

TEST_CASE("A packet is complete with its last attachment, in the order they came") {
  packet_assembler assembler(100);
  CHECK_FALSE(assembler.waiting());
  assembler.begin(announcing(2));
  CHECK(assembler.add(make_message("one", true)));
  CHECK_FALSE(assembler.take());
  CHECK(assembler.waiting());
  CHECK(assembler.add(make_message("two", true)));
  const auto packet = assembler.take();
  REQUIRE(packet);
  REQUIRE(packet->attachments.size() == 2);
  CHECK(packet->attachments[0].bytes == "one");
  CHECK(packet->attachments[1].bytes == "two");
  CHECK_FALSE(assembler.waiting());
  CHECK_FALSE(assembler.take());
}

TEST_CASE("Attachments are not copied") {
  packet_assembler assembler(100);
  const auto message = make_message("bytes", true);
  assembler.begin(announcing(1));
  CHECK(assembler.add(message));
  CHECK(assembler.take()->attachments[0].bytes.data() == message.data.data());
}

TEST_CASE(
    "The attachments of one packet together may have as many bytes as the limit and no more") {
  packet_assembler assembler(10);
  assembler.begin(announcing(2));
  CHECK(assembler.add(make_message("12345", true)));
  CHECK(assembler.add(make_message("67890", true)));
  CHECK(assembler.take());
  assembler.begin(announcing(2));
  CHECK(assembler.add(make_message("12345", true)));
  CHECK_FALSE(assembler.add(make_message("678901", true)));
  CHECK_FALSE(assembler.waiting());
}

TEST_CASE("A packet that is dropped or refused releases what had come of it") {
  packet_assembler assembler(10);
  std::weak_ptr<const void> first;
  {
    const auto message = make_message("12345", true);
    first = message.owner;
    assembler.begin(announcing(3));
    CHECK(assembler.add(message));
  }
  CHECK_FALSE(first.expired());
  SECTION("dropped") { assembler.reset(); }
  SECTION("over the limit") { CHECK_FALSE(assembler.add(make_message("123456", true))); }
  CHECK(first.expired());
}
