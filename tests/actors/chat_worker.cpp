#include "actors/chat_worker.hpp"

#include "support/deterministic_system.hpp"
#include "support/fake_chat.hpp"

#include <catch2/catch.hpp>

#include <stop_token>

using namespace ocelli;

namespace {

struct chat_worker_fixture : test::deterministic_system {
  chat_worker_fixture() {
    namespace atom = actors::atom;
    chat = start([this]() -> actors::chat_actor::behavior_type {
      return {
          [](atom::question, actors::client_id, const actors::session_actor&, actors::question_id,
              const std::string&, bool) {},
          [](atom::stop, actors::client_id, actors::question_id) {},
          [](atom::observed, actors::client_id, const std::string&) {},
          [](atom::forget, actors::client_id) {},
          [this](atom::token, actors::client_id, actors::question_id, const std::string& delta) {
            tokens.push_back(delta);
          },
          [this](atom::answer, actors::client_id client, const actors::chat_result& result) {
            clients.push_back(client);
            results.push_back(result);
          },
          [](atom::tick, std::uint64_t) {},
      };
    });
    worker = start(actors::chat_worker, chat, std::make_shared<test::fake_chat>());
  }

  void ask(const std::string& question, bool stream = false, std::stop_token stop = {}) {
    auto job = std::make_shared<actors::chat_job>();
    job->client = 3;
    job->id = 4;
    job->stream = stream;
    job->asked.question = question;
    job->stop = stop;
    tell(worker, actors::atom::run_v, actors::chat_job_ptr(job));
  }

  actors::chat_actor chat;
  actors::chat_worker_actor worker;
  std::vector<std::string> tokens;
  std::vector<std::uint64_t> clients;
  std::vector<actors::chat_result> results;
};

} // namespace

TEST_CASE_METHOD(chat_worker_fixture,
    "A backend's answer goes to CHAT, with tokens when they are wanted", "[chat_worker]") {
  ask("why?");
  CHECK(tokens.empty());
  ask("why?", true);
  CHECK(tokens == std::vector<std::string>{"echo: ", "why?"});
  REQUIRE(results.size() == 2);
  CHECK(clients[0] == 3);
  CHECK(results[0].id == 4);
  CHECK(results[0].answer == "echo: why?");
  CHECK(results[0].failure.empty());
}

TEST_CASE_METHOD(chat_worker_fixture, "No token is sent after a stop", "[chat_worker]") {
  std::stop_source stop;
  stop.request_stop();
  ask("why?", true, stop.get_token());
  CHECK(tokens.empty());
  CHECK(results.size() == 1);
}

TEST_CASE_METHOD(chat_worker_fixture,
    "Whatever a backend throws fails the question and the worker lives on", "[chat_worker]") {
  auto [question, failure] =
      GENERATE(table<std::string, std::string>({{"refuse", "no passage found"},
          {"break", "internal error"}, {"break hard", "internal error"}}));
  ask(question);
  REQUIRE(results.size() == 1);
  CHECK(results[0].failure == failure);
  CHECK(results[0].answer.empty());
  ask("still there?");
  CHECK(results.at(1).answer == "echo: still there?");
}

TEST_CASE_METHOD(chat_worker_fixture, "A chat worker ends when CHAT is gone", "[chat_worker]") {
  caf::anon_send_exit(chat, caf::exit_reason::kill);
  run();
  CHECK_FALSE(alive(worker));
}
