#pragma once

#include "actors/chat.hpp"
#include "support/deterministic_system.hpp"
#include "support/fake_chat.hpp"

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace ocelli::test {

/// A chat worker that only notes its jobs: the test answers for it.
struct scripted_chat_worker {
  actors::chat_worker_actor handle;
  std::vector<actors::chat_job_ptr> jobs;
};

/// CHAT with scripted workers and sessions that note what they are told.
class chat_fixture : public deterministic_system {
 public:
  ~chat_fixture() {
    for (auto& worker : workers)
      caf::anon_send_exit(worker->handle, caf::exit_reason::kill);
  }

  void start_chat() {
    actors::chat_options options;
    options.settings = settings;
    options.backend = backend;
    options.spawn_worker = [this](const actors::chat_actor&,
                               const std::shared_ptr<inference::chat_backend>&) {
      auto made = std::make_shared<scripted_chat_worker>();
      made->handle = system.spawn([made]() -> actors::chat_worker_actor::behavior_type {
        return {[made](actors::atom::run, const actors::chat_job_ptr& job) {
          made->jobs.push_back(job);
        }};
      });
      workers.push_back(made);
      return made->handle;
    };
    chat = start(actors::chat, options);
    run();
  }

  void ask(std::uint64_t client, std::uint64_t question, const std::string& text = "why?",
      bool stream = false) {
    tell(chat, actors::atom::question_v, client, session_of(client), question, text, stream);
  }

  void stop(std::uint64_t client, std::uint64_t question) {
    tell(chat, actors::atom::stop_v, client, question);
  }

  /// The worker's newest job is answered.
  void answer(const std::string& text = "because", std::size_t worker = 0) {
    const auto& job = *workers[worker]->jobs.back();
    tell(chat, actors::atom::answer_v, job.client, actors::chat_result{job.id, text, {}});
  }

  /// What a client was told: question and answer, or `!` and the failure, or `+` and a token.
  const std::vector<std::pair<std::uint64_t, std::string>>& told(std::uint64_t client) {
    return told_[client];
  }

  actors::session_actor session_of(std::uint64_t client) {
    namespace atom = actors::atom;
    auto& session = sessions_[client];
    if (session)
      return session;
    session = start([this, client]() -> actors::session_actor::behavior_type {
      return {
          [](atom::frame, const actors::frame_event_ptr&) {},
          [](atom::question, const actors::question_event&) {},
          [](atom::stop, const actors::stop_event&) {},
          [](atom::closed) {},
          [](atom::abort) {},
          [](atom::result, const actors::frame_result_ptr&) {},
          [this, client](atom::token, actors::question_id id, const std::string& delta) {
            told_[client].emplace_back(id, "+" + delta);
          },
          [this, client](atom::answer, const actors::chat_result& result) {
            told_[client].emplace_back(
                result.id, result.failure.empty() ? result.answer : "!" + result.failure);
          },
      };
    });
    return session;
  }

  config::chat_settings settings;
  std::shared_ptr<inference::chat_backend> backend = std::make_shared<fake_chat>();
  std::vector<std::shared_ptr<scripted_chat_worker>> workers;
  actors::chat_actor chat;

 private:
  std::map<std::uint64_t, actors::session_actor> sessions_;
  std::map<std::uint64_t, std::vector<std::pair<std::uint64_t, std::string>>> told_;
};

} // namespace ocelli::test
