#include "actors/chat_worker.hpp"

#include "actors/failure_text.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <spdlog/spdlog.h>

#include <exception>
#include <utility>

namespace ocelli::actors {

chat_worker_actor::behavior_type chat_worker_state::make_behavior(
    chat_actor owner, std::shared_ptr<inference::chat_backend> answering) {
  chat = std::move(owner);
  backend = std::move(answering);
  // a CHAT that is gone sends no EXIT
  self->set_down_handler([this](const caf::down_msg& down) { self->quit(down.reason); });
  self->monitor(chat);
  return {
      [this](atom::run, const chat_job_ptr& job) { run(*job); },
  };
}

void chat_worker_state::run(const chat_job& job) {
  chat_result result;
  result.id = job.id;
  try {
    auto token = [&](std::string_view delta) {
      if (job.stream && !job.stop.stop_requested())
        self->send(chat, atom::token_v, job.client, job.id, std::string(delta));
    };
    result.answer = backend->answer(job.asked, token, job.stop);
  } catch (const inference::chat_error& error) {
    result.failure = error.what();
    if (result.failure.empty())
      result.failure = failure_text::internal_error;
  } catch (const std::exception& error) {
    spdlog::error("The chat backend failed: {}", error.what());
    result.failure = failure_text::internal_error;
  } catch (...) {
    spdlog::error("The chat backend threw something unknown.");
    result.failure = failure_text::internal_error;
  }
  self->send(chat, atom::answer_v, job.client, std::move(result));
}

chat_worker_actor::behavior_type chat_worker(
    chat_worker_actor::stateful_pointer<chat_worker_state> self, const chat_actor& chat,
    const std::shared_ptr<inference::chat_backend>& backend) {
  return self->state.make_behavior(chat, backend);
}

} // namespace ocelli::actors
