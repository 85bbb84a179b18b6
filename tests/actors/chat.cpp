#include "actors/chat.hpp"

#include "chat_fixture.hpp"

#include <catch2/catch.hpp>

using namespace ocelli;
using namespace std::chrono_literals;
using test::chat_fixture;
using transcript = std::vector<std::pair<std::uint64_t, std::string>>;

TEST_CASE_METHOD(
    chat_fixture, "A question is given to a free worker and its answer to the client", "[chat]") {
  start_chat();
  ask(1, 1, "why?", true);
  REQUIRE(workers[0]->jobs.size() == 1);
  const auto& job = *workers[0]->jobs[0];
  CHECK(job.client == 1);
  CHECK(job.id == 1);
  CHECK(job.stream);
  CHECK(job.asked.question == "why?");
  tell(chat, actors::atom::token_v, std::uint64_t{1}, std::uint64_t{1}, std::string("be"));
  answer();
  CHECK(told(1) == transcript{{1, "+be"}, {1, "because"}});
}

TEST_CASE_METHOD(chat_fixture,
    "A client has one question with a worker at a time, and answers keep their order", "[chat]") {
  settings.workers = 2;
  start_chat();
  ask(1, 1, "one");
  ask(1, 2, "two");
  CHECK(workers[0]->jobs.size() == 1);
  CHECK(workers[1]->jobs.empty());
  answer("1");
  REQUIRE(workers[0]->jobs.size() == 2);
  answer("2");
  CHECK(told(1) == transcript{{1, "1"}, {2, "2"}});
}

TEST_CASE_METHOD(chat_fixture, "Clients take turns", "[chat]") {
  start_chat();
  ask(1, 1);
  ask(1, 2);
  ask(1, 3);
  ask(2, 1);
  ask(3, 1);
  for (int i = 0; i < 5; ++i)
    answer();
  std::vector<std::uint64_t> order;
  for (const auto& job : workers[0]->jobs)
    order.push_back(job->client);
  CHECK(order == std::vector<std::uint64_t>{1, 2, 3, 1, 1});
}

TEST_CASE_METHOD(chat_fixture, "Questions that wait are bounded, beyond it overloaded", "[chat]") {
  settings.queue = 2;
  start_chat();
  for (std::uint64_t question = 1; question <= 4; ++question) // one with the worker, two wait
    ask(1, question);
  CHECK(told(1) == transcript{{4, "!overloaded"}});
  ask(2, 1);
  CHECK(told(2).empty());
  answer();
  answer(); // of the other client, so that the first one's second question is with the worker
  ask(1, 5);
  CHECK(told(1) == transcript{{4, "!overloaded"}, {1, "because"}});
  ask(1, 6);
  CHECK(told(1).back() == std::pair<std::uint64_t, std::string>(6, "!overloaded"));
}

TEST_CASE_METHOD(chat_fixture,
    "A stop ends the running answer at once and a late answer changes nothing", "[chat]") {
  start_chat();
  ask(1, 1, "one", true);
  ask(1, 2, "two");
  auto token = workers[0]->jobs[0]->stop;
  stop(1, 1);
  CHECK(token.stop_requested());
  CHECK(told(1) == transcript{{1, "!stopped"}});
  tell(chat, actors::atom::token_v, std::uint64_t{1}, std::uint64_t{1}, std::string("late"));
  stop(1, 1);
  CHECK(workers[0]->jobs.size() == 1); // the worker has not come back
  answer("half an ans");
  CHECK(told(1).size() == 1);
  REQUIRE(workers[0]->jobs.size() == 2);
  CHECK(workers[0]->jobs[1]->asked.history.empty());
  answer("2");
  CHECK(told(1) == transcript{{1, "!stopped"}, {2, "2"}});
}

TEST_CASE_METHOD(chat_fixture, "A stop takes a waiting question out", "[chat]") {
  start_chat();
  ask(1, 1);
  ask(1, 2);
  ask(1, 3);
  stop(1, 2);
  stop(1, 7);
  stop(9, 1);
  CHECK(told(1) == transcript{{2, "!stopped"}});
  answer();
  CHECK(workers[0]->jobs.back()->id == 3);
}

TEST_CASE_METHOD(chat_fixture,
    "An answer that takes too long fails and the next question gets its own time", "[chat]") {
  settings.timeout_ms = 1'000;
  start_chat();
  ask(1, 1);
  advance(400ms);
  ask(1, 2);
  advance(600ms - 1ns);
  CHECK(told(1).empty());
  advance(1ns);
  CHECK(told(1) == transcript{{1, "!timed out"}});
  CHECK(workers[0]->jobs[0]->stop.stop_requested());
  answer("late");
  CHECK(told(1).size() == 1);
  advance(1'000ms - 1ns);
  CHECK(told(1).size() == 1);
  answer("in time");
  advance(10s);
  CHECK(told(1) == transcript{{1, "!timed out"}, {2, "in time"}});
}

TEST_CASE_METHOD(chat_fixture, "Every question ends even when no worker comes back", "[chat]") {
  settings.timeout_ms = 1'000;
  start_chat();
  ask(1, 1);
  ask(1, 2);
  ask(2, 1);
  advance(1s);
  CHECK(told(1).size() == 1);
  CHECK(told(2) == transcript{{1, "!timed out"}});
  advance(1s);
  CHECK(told(1) == transcript{{1, "!timed out"}, {2, "!timed out"}});
}

TEST_CASE_METHOD(chat_fixture,
    "An answer draws on earlier turns within the bound and on this client's labels only",
    "[chat]") {
  settings.history_bytes = 10;
  start_chat();
  auto observe = [this](std::uint64_t client, const std::string& label) {
    tell(chat, actors::atom::observed_v, client, label);
  };
  observe(1, "cat");
  observe(1, "cat");
  observe(2, "dog");
  for (std::uint64_t question = 1; question <= 3; ++question) {
    ask(1, question, "q" + std::to_string(question));
    answer("abc");
  }
  ask(1, 4, "what have you seen?");
  const auto& asked = workers[0]->jobs.back()->asked;
  REQUIRE(asked.history.size() == 2);
  CHECK(asked.history[0].question == "q2");
  CHECK(asked.history[1].answer == "abc");
  REQUIRE(asked.observed.size() == 1);
  CHECK(asked.observed[0].label == "cat");
  CHECK(asked.observed[0].frames == 2);
}

TEST_CASE_METHOD(chat_fixture, "A failed answer is told and not remembered", "[chat]") {
  start_chat();
  ask(1, 1);
  tell(chat, actors::atom::answer_v, std::uint64_t{1},
      actors::chat_result{1, "", "no passage found"});
  CHECK(told(1) == transcript{{1, "!no passage found"}});
  ask(1, 2);
  CHECK(workers[0]->jobs.back()->asked.history.empty());
}

TEST_CASE_METHOD(chat_fixture,
    "The conversation of a client that has left is forgotten and its answer stopped", "[chat]") {
  start_chat();
  ask(1, 1);
  ask(1, 2);
  ask(2, 1);
  tell(chat, actors::atom::forget_v, std::uint64_t{1});
  CHECK(workers[0]->jobs[0]->stop.stop_requested());
  answer("late");
  CHECK(told(1).empty());
  CHECK(workers[0]->jobs.back()->client == 2);
  answer();
  CHECK(told(2).size() == 1);
  advance(100s);
  CHECK(told(1).empty());
  ask(1, 3);
  CHECK(workers[0]->jobs.back()->asked.history.empty());
}

TEST_CASE_METHOD(chat_fixture,
    "Without a backend every question fails and says which setting to look at", "[chat]") {
  backend = nullptr;
  start_chat();
  ask(1, 1);
  CHECK(told(1) == transcript{{1, "!chat is not configured (chat.backend)"}});
  CHECK(workers.empty());
}

TEST_CASE_METHOD(chat_fixture,
    "Asking and stopping again and again leaves no trace while no worker is free", "[chat]") {
  start_chat();
  ask(1, 1);
  for (std::uint64_t question = 1; question <= 100; ++question) {
    ask(2, question);
    stop(2, question);
  }
  CHECK(told(2).size() == 100);
  ask(3, 1);
  answer();
  CHECK(workers[0]->jobs.back()->client == 3);
}

TEST_CASE_METHOD(
    chat_fixture, "CHAT ends its workers and stops their jobs when it ends", "[chat]") {
  start_chat();
  ask(1, 1);
  caf::anon_send_exit(chat, caf::exit_reason::user_shutdown);
  run();
  CHECK(workers[0]->jobs[0]->stop.stop_requested());
  CHECK_FALSE(alive(chat));
  CHECK_FALSE(alive(workers[0]->handle));
}

TEST_CASE_METHOD(
    chat_fixture, "CHAT ends when a worker of its ends, for the host to notice", "[chat]") {
  settings.workers = 2;
  start_chat();
  caf::anon_send_exit(workers[0]->handle, caf::exit_reason::kill);
  run();
  CHECK_FALSE(alive(chat));
  CHECK_FALSE(alive(workers[1]->handle));
}
