#pragma once

#include "actors/chat_memory.hpp"
#include "actors/interfaces.hpp"
#include "actors/tick_timer.hpp"
#include "config/settings.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace ocelli::actors {

/// What CHAT is given.
struct chat_options {
  config::chat_settings settings;
  std::shared_ptr<inference::chat_backend> backend; ///< nullptr: every question fails.
  /// Starts a CHAT WORKER; called `settings.workers` times when there is a backend.
  std::function<chat_worker_actor(
      const chat_actor& chat, const std::shared_ptr<inference::chat_backend>& backend)>
      spawn_worker;
};

/// State of CHAT. A client has one question at most with a worker; clients take turns. The time for
/// an answer counts from when its question is the client's first.
struct chat_state {
  static inline constexpr const char* name = "chat";

  explicit chat_state(chat_actor::pointer owner) : self(owner), timer(owner) {}

  struct waiting_question {
    question_id id = 0;
    std::string text;
    bool stream = false;
  };
  struct running_question {
    waiting_question question;
    std::stop_source stop;
    bool ended = false; // the client was told already, the worker has not come back
  };
  struct chat_client {
    chat_memory memory;
    session_actor session = {}; // set by the first question
    std::deque<waiting_question> waiting = {};
    std::optional<running_question> running = {};
    std::optional<time_point> due = {}; // of the first question
    bool has_turn = false;              // is in `turns`
  };
  struct worker_slot {
    chat_worker_actor handle;
    std::optional<std::pair<client_id, question_id>> job;
  };

  chat_actor::behavior_type make_behavior(chat_options given);
  chat_client& client_of(client_id client);
  void ask(client_id client, const session_actor& session, waiting_question question);
  void stop(client_id client, question_id id);
  void forget(client_id client);
  void token(client_id client, question_id id, const std::string& delta);
  void answer(client_id client, const chat_result& result);
  void tick();
  void dispatch();
  void start(client_id id, chat_client& client, worker_slot& worker);
  void end_running(chat_client& client, const char* failure);
  void fail(const chat_client& client, question_id id, const char* failure);
  void watch_first(client_id id, chat_client& client, bool changed);
  void take_turn(client_id id, chat_client& client);
  void leave(const caf::error& reason);

  chat_actor::pointer self;
  tick_timer<chat_actor::pointer> timer;
  chat_options options;
  std::unordered_map<client_id, chat_client> clients;
  std::deque<client_id> turns; // clients with a question that could be started, next one first
  std::set<std::pair<time_point, client_id>> due;
  std::vector<worker_slot> workers;
};

/// One conversation per client.
chat_actor::behavior_type chat(
    chat_actor::stateful_pointer<chat_state> self, const chat_options& options);

} // namespace ocelli::actors
