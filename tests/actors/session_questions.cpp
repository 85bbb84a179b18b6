#include "session_fixture.hpp"

#include <catch2/catch.hpp>

using namespace ocelli;
using test::session_fixture;
using test::sink_call;
using texts = std::vector<std::string>;

TEST_CASE_METHOD(session_fixture,
    "A question is answered with a response and then the acknowledgement", "[session]") {
  open();
  ask("why?", 9, "17");
  REQUIRE(asked.size() == 1);
  CHECK(asked[0] == std::pair<std::uint64_t, std::string>(1, "why?"));
  answer_question(1, "because");
  auto calls = sink->calls();
  REQUIRE(calls.size() == 2);
  CHECK(calls[0].what == sink_call::kind::respond);
  CHECK(calls[0].text == "because");
  CHECK(calls[0].id == "17");
  CHECK(calls[1].acknowledgement == 9);
  CHECK(counts->pending() == 0);
}

TEST_CASE_METHOD(
    session_fixture, "Answers keep the order of their questions, failures included", "[session]") {
  open();
  ask("one", 1);
  ask("two", 2);
  ask("three", 3, {}, false, "question too long");
  answer_question(2, "", "overloaded");
  CHECK(sink->calls().empty());
  answer_question(1, "1");
  CHECK(sink->acknowledged() == texts{"1", "Failed to receive a response: overloaded",
                                    "Failed to receive a response: question too long"});
  CHECK(asked.size() == 2);
}

TEST_CASE_METHOD(session_fixture, "Frames and questions do not hold each other up", "[session]") {
  open();
  send_frame(1);
  ask("one", 2);
  answer_question(1, "1");
  CHECK(sink->acknowledged() == texts{"1"});
  ask("two", 3);
  answer(1, 7);
  CHECK(sink->acknowledged() == texts{"1", "label 7"});
}

TEST_CASE_METHOD(session_fixture,
    "Tokens reach only questions that asked for them, while they are open", "[session]") {
  open();
  ask("one", 1, "\"q\"", true);
  ask("two", 2);
  auto token = [this](std::uint64_t question) {
    tell(session, actors::atom::token_v, question, std::string("piece"));
  };
  token(1);
  token(2);
  token(3);
  REQUIRE(sink->calls().size() == 1);
  CHECK(sink->calls()[0].what == sink_call::kind::token);
  CHECK(sink->calls()[0].id == "\"q\"");
  answer_question(1, "pieces");
  token(1);
  CHECK(sink->calls().size() == 3);
}

TEST_CASE_METHOD(session_fixture,
    "A stop reaches the questions with its id, and all of them without one", "[session]") {
  open();
  ask("one", {}, "1");
  ask("two", {}, "2");
  ask("three", {}, "2");
  ask("four");
  tell(session, actors::atom::stop_v, actors::stop_event{"2"});
  CHECK(stopped == std::vector<std::uint64_t>{2, 3});
  answer_question(2, "", "stopped");
  stopped.clear();
  tell(session, actors::atom::stop_v, actors::stop_event{});
  CHECK(stopped == std::vector<std::uint64_t>{1, 3, 4});
  tell(session, actors::atom::stop_v, actors::stop_event{"unknown"});
  CHECK(stopped.size() == 3);
}

TEST_CASE_METHOD(session_fixture, "While the service drains questions are refused", "[session]") {
  open();
  service->drain();
  ask("one", 1);
  CHECK(sink->acknowledged() == texts{"Failed to receive a response: shutting down"});
  CHECK(asked.empty());
}

TEST_CASE_METHOD(session_fixture, "Answers that are owed are bounded", "[session]") {
  options.questions.queue = 1;
  open();
  ask("first", 0);
  auto bound = actors::session_state::most_pending + 1;
  for (std::uint64_t i = 1; i < bound; ++i)
    ask("", i, {}, false, "empty");
  CHECK(sink->calls().empty());
  ask("one more", bound);
  CHECK(sink->acknowledged() == texts{"Failed to receive a response: overloaded"});
  answer_question(1, "answer");
  CHECK(sink->acknowledged().size() == bound + 1);
  CHECK(counts->pending() == 0);
}
