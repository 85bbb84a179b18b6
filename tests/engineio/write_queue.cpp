#include "net/engineio/write_queue.hpp"

#include <catch2/catch.hpp>

#include <memory>
#include <string>

using namespace ocelli::engineio;

namespace {

outgoing_message make(std::string data, bool binary = false) {
  return {binary, std::make_shared<const std::string>(std::move(data))};
}

std::string joined(const std::vector<outgoing_message>& messages) {
  std::string text;
  for (const auto& message : messages)
    text += *message.data + (message.binary ? "b" : "t");
  return text;
}

} // namespace

TEST_CASE("Groups leave the queue in order and in one piece") {
  write_queue queue(100, 10);
  CHECK(queue.empty());
  REQUIRE(queue.push({make("1"), make("2", true), make("3", true)}));
  REQUIRE(queue.push({make("4")}));
  CHECK(queue.packets() == 4);
  CHECK(queue.bytes() == 4);
  CHECK(*queue.front().data == "1");
  CHECK(joined(queue.take(100)) == "1t2b3b4t");
  CHECK(queue.empty());
  CHECK(queue.bytes() == 0);
}

TEST_CASE(
    "A poll takes at most as many packets as asked for, attachments counted, and the rest stays") {
  write_queue queue(100, 10);
  REQUIRE(queue.push({make("1"), make("2", true), make("3", true)}));
  CHECK(joined(queue.take(2)) == "1t2b");
  CHECK(queue.packets() == 1);
  CHECK(queue.bytes() == 1);
  CHECK(joined(queue.take(2)) == "3b");
  CHECK(queue.take(2).empty());
  CHECK(queue.take(0).empty());
}

TEST_CASE("A group over the limit of bytes is refused as a whole") {
  write_queue queue(10, 100);
  REQUIRE(queue.push({make("12345")}));
  CHECK_FALSE(queue.push({make("123"), make("456")}));
  CHECK(queue.packets() == 1);
  CHECK(queue.bytes() == 5);
  CHECK(queue.push({make("12345")}));
  CHECK_FALSE(queue.push({make("1")}));
  CHECK(queue.push({make("")}));
}

TEST_CASE("A group over the limit of packets is refused as a whole") {
  write_queue queue(1000, 3);
  REQUIRE(queue.push({make("1"), make("2")}));
  CHECK_FALSE(queue.push({make("3"), make("4")}));
  CHECK(queue.packets() == 2);
  CHECK(queue.push({make("3")}));
  CHECK_FALSE(queue.push({make("")}));
}

TEST_CASE("A message counts until it is popped") {
  write_queue queue(5, 1);
  REQUIRE(queue.push({make("12345")}));
  auto writing = queue.front();
  CHECK_FALSE(queue.push({make("1")}));
  queue.pop();
  CHECK(queue.push({make("1")}));
  queue.clear();
  CHECK(queue.empty());
  CHECK(queue.bytes() == 0);
}
