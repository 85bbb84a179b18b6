#pragma once

#include "actors/interfaces.hpp"

#include <memory>

namespace ocelli::actors {

/// State of CHAT WORKER.
struct chat_worker_state {
  static inline constexpr const char* name = "chat_worker";

  explicit chat_worker_state(chat_worker_actor::pointer owner) : self(owner) {}

  chat_worker_actor::behavior_type make_behavior(
      chat_actor owner, std::shared_ptr<inference::chat_backend> answering);
  void run(const chat_job& job);

  chat_worker_actor::pointer self;
  chat_actor chat;
  std::shared_ptr<inference::chat_backend> backend;
};

/// Spawn it detached: it calls a backend that may block. Tokens are sent only for questions that
/// are streamed. Whatever the backend throws fails the question.
chat_worker_actor::behavior_type chat_worker(
    chat_worker_actor::stateful_pointer<chat_worker_state> self, const chat_actor& chat,
    const std::shared_ptr<inference::chat_backend>& backend);

} // namespace ocelli::actors
