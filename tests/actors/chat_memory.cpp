#include "actors/chat_memory.hpp"

#include <catch2/catch.hpp>

using ocelli::actors::chat_memory;

TEST_CASE("A conversation is recalled with its turns, labels and the question", "[chat_memory]") {
  chat_memory memory(100);
  memory.remember({"one", "1"});
  memory.remember({"two", "2"});
  memory.observe("cat");
  memory.observe("cat");
  memory.observe("dog");
  auto asked = memory.recall("three");
  CHECK(asked.question == "three");
  REQUIRE(asked.history.size() == 2);
  CHECK(asked.history[0].question == "one");
  CHECK(asked.history[1].answer == "2");
  REQUIRE(asked.observed.size() == 2);
  CHECK(asked.observed[0].label == "cat");
  CHECK(asked.observed[0].frames == 2);
  CHECK(asked.observed[1].label == "dog");
}

TEST_CASE("The oldest turns go when the history is larger than its limit", "[chat_memory]") {
  chat_memory memory(10);
  memory.remember({"aaa", "aa"});
  memory.remember({"bbb", "bb"});
  CHECK(memory.recall("").history.size() == 2);
  memory.remember({"c", ""});
  auto history = memory.recall("").history;
  REQUIRE(history.size() == 2);
  CHECK(history[0].question == "bbb");
  SECTION("and a turn that is larger than the limit is not remembered at all") {
    memory.remember({"ddddd", "dddddd"});
    CHECK(memory.recall("").history.empty());
    memory.remember({"e", "e"});
    CHECK(memory.recall("").history.size() == 1);
  }
}

TEST_CASE("Nothing is remembered with a limit of zero", "[chat_memory]") {
  chat_memory memory(0);
  memory.remember({"a", "b"});
  CHECK(memory.recall("").history.empty());
}

TEST_CASE("The last sixty-four changes of label are remembered", "[chat_memory]") {
  chat_memory memory(0);
  for (int i = 0; i < 100; ++i)
    memory.observe(std::to_string(i));
  auto observed = memory.recall("").observed;
  REQUIRE(observed.size() == 64);
  CHECK(observed.front().label == "36");
  CHECK(observed.back().label == "99");
}
