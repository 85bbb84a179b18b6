#include "inference/chat/question_reading.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace ocelli::inference;

namespace {

const word_splitter splitter;

} // namespace

TEST_CASE("questions about what was seen are told from questions about documents") {
  const auto [question, topic] = GENERATE(table<std::string, question_topic>({
      {"What have you seen?", question_topic::seen},
      {"what have you seen so far", question_topic::seen},
      {"What did you see?", question_topic::seen},
      {"What have I shown you?", question_topic::seen},
      {"Tell me what you have seen today, please", question_topic::seen},
      {"Which objects did you recognise?", question_topic::seen},
      {"What labels did my frames get?", question_topic::seen},
      {"What was the last thing?", question_topic::last_seen},
      {"What was the last thing you saw?", question_topic::last_seen},
      {"Which label had my last frame?", question_topic::last_seen},
      {"What did you just see?", question_topic::last_seen},
      {"What do you see?", question_topic::last_seen},
      {"What do you see now?", question_topic::last_seen},
      {"What am I holding?", question_topic::last_seen},
      {"How many frames?", question_topic::seen_count},
      {"How many frames have you seen?", question_topic::seen_count},
      {"how many images did i send so far", question_topic::seen_count},
      {"How many different things did you see?", question_topic::seen_count},
      {"How many frames can wait?", question_topic::documents},
      {"How many clients can connect?", question_topic::documents},
      {"How do I send a frame?", question_topic::documents},
      {"How do I see the log?", question_topic::documents},
      {"How do I get a label?", question_topic::documents},
      {"What can you see?", question_topic::documents},
      {"Which labels are there?", question_topic::documents},
      {"What is the capital of France?", question_topic::documents},
      {"Have you seen the documentation?", question_topic::documents},
      {"", question_topic::documents},
      {"???", question_topic::documents},
  }));
  CAPTURE(question);
  CHECK(read_question(splitter, question).topic == topic);
}

TEST_CASE("questions about the source of the answer before are told from questions that also want "
          "a source") {
  const auto [question, topic, wants] = GENERATE(table<std::string, question_topic, bool>({
      {"Source?", question_topic::source, true},
      {"What is your source?", question_topic::source, true},
      {"Where is that from?", question_topic::source, true},
      {"Where did you get that information from?", question_topic::source, true},
      {"How do you know?", question_topic::source, true},
      {"Which document says that? Name the source.", question_topic::source, true},
      {"How big may an image be? Name your source", question_topic::documents, true},
      {"Is Ocelli open source?", question_topic::documents, false},
      {"Where is the source code?", question_topic::documents, false},
      {"Where does the name Ocelli come from?", question_topic::documents, false},
      {"Where is the log?", question_topic::documents, false},
  }));
  CAPTURE(question);
  const auto reading = read_question(splitter, question);
  CHECK(reading.topic == topic);
  CHECK(reading.wants_source == wants);
}

TEST_CASE("a long question is about documents whatever its words") {
  std::string question = "what have you seen";
  for (auto count = 0; count < 30; ++count) {
    question += " and seen";
  }
  CHECK(read_question(splitter, question).topic == question_topic::documents);
}
