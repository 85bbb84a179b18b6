#include "actors/failure_text.hpp"
#include "actors/session.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <algorithm>
#include <utility>

// Questions of a SESSION.

namespace ocelli::actors {

void session_state::on_question(const question_event& event) {
  options.counts->question_received();
  const auto id = ++last_question;
  auto failure =
      options.service->draining() ? std::string(failure_text::shutting_down) : event.failure;
  if (questions.size() >= most_pending + options.questions.queue) {
    reply({id, event.reply, event.stream, chat_result{id, {}, failure_text::overloaded}});
    return;
  }
  questions.push_back({id, event.reply, event.stream, std::nullopt});
  if (failure.empty())
    self->send(options.chat, atom::question_v, options.client, session_actor(self), id, event.text,
        event.stream);
  else
    questions.back().result.emplace(chat_result{id, {}, std::move(failure)});
  reply_to_questions();
}

void session_state::on_stop(const stop_event& event) {
  for (const auto& question : questions) {
    if (!question.result && (event.id.empty() || event.id == question.reply.id))
      self->send(options.chat, atom::stop_v, options.client, question.id);
  }
}

void session_state::on_token(question_id id, const std::string& delta) {
  auto* question = find_question(id);
  if (question && question->stream && !question->result)
    options.sink->token(delta, question->reply.id);
}

void session_state::on_answer(const chat_result& result) {
  auto* question = find_question(result.id);
  if (!question || question->result)
    return; // ended by `abort`
  question->result = result;
  reply_to_questions();
}

void session_state::reply_to_questions() {
  while (!questions.empty() && questions.front().result) {
    auto question = std::move(questions.front());
    questions.pop_front();
    reply(question);
  }
}

void session_state::reply(const pending_question& question) {
  const auto& result = *question.result;
  auto text =
      result.failure.empty() ? result.answer : "Failed to receive a response: " + result.failure;
  send(question.reply, {std::move(text), question.reply.id, std::nullopt});
  options.counts->question_ended();
}

session_state::pending_question* session_state::find_question(question_id id) {
  auto position = std::lower_bound(questions.begin(), questions.end(), id,
      [](const pending_question& question, question_id wanted) { return question.id < wanted; });
  return position == questions.end() || position->id != id ? nullptr : &*position;
}

} // namespace ocelli::actors
