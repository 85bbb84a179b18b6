#include "actors/chat.hpp"

#include "actors/failure_text.hpp"

#include <caf/send.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <algorithm>

namespace ocelli::actors {

chat_actor::behavior_type chat_state::make_behavior(chat_options given) {
  options = std::move(given);
  self->set_exit_handler([this](const caf::exit_msg& exit) { leave(exit.reason); });
  // a CHAT WORKER catches everything, so one that ends is a defect of ours
  self->set_down_handler([this](const caf::down_msg& down) { leave(down.reason); });
  if (options.backend) {
    for (std::uint32_t i = 0; i < options.settings.workers; ++i) {
      workers.push_back({options.spawn_worker(chat_actor(self), options.backend), std::nullopt});
      self->monitor(workers.back().handle);
    }
  }
  return {
      [this](atom::question, client_id client, const session_actor& session, question_id id,
          const std::string& text, bool stream) {
        ask(client, session, {id, text, stream});
      },
      [this](atom::stop, client_id client, question_id id) { stop(client, id); },
      [this](atom::observed, client_id client, const std::string& label) {
        if (options.backend)
          client_of(client).memory.observe(label);
      },
      [this](atom::forget, client_id client) { forget(client); },
      [this](atom::token, client_id client, question_id id, const std::string& delta) {
        token(client, id, delta);
      },
      [this](atom::answer, client_id client, const chat_result& result) { answer(client, result); },
      [this](atom::tick, std::uint64_t generation) {
        if (timer.fired(generation))
          tick();
      },
  };
}

chat_state::chat_client& chat_state::client_of(client_id client) {
  auto position = clients.find(client);
  if (position == clients.end()) {
    position =
        clients.emplace(client, chat_client{chat_memory(options.settings.history_bytes)}).first;
  }
  return position->second;
}

void chat_state::ask(client_id id, const session_actor& session, waiting_question question) {
  if (!options.backend) {
    self->send(session, atom::answer_v, chat_result{question.id, {}, failure_text::no_chat});
    return;
  }
  auto& client = client_of(id);
  client.session = session;
  auto asked = question.id;
  client.waiting.push_back(std::move(question));
  take_turn(id, client);
  dispatch();
  // the bound is on those that wait, and this one may have found a worker
  if (client.waiting.size() > options.settings.queue) {
    client.waiting.pop_back();
    fail(client, asked, failure_text::overloaded);
  }
  watch_first(id, client, false);
}

void chat_state::stop(client_id id, question_id question) {
  auto position = clients.find(id);
  if (position == clients.end())
    return;
  auto& client = position->second;
  if (client.running && client.running->question.id == question) {
    if (client.running->ended)
      return;
    end_running(client, failure_text::stopped);
  } else {
    auto waiting = std::find_if(client.waiting.begin(), client.waiting.end(),
        [question](const auto& x) { return x.id == question; });
    if (waiting == client.waiting.end())
      return;
    fail(client, question, failure_text::stopped);
    auto first = waiting == client.waiting.begin() && (!client.running || client.running->ended);
    client.waiting.erase(waiting);
    if (!first)
      return;
  }
  watch_first(id, client, true);
}

void chat_state::forget(client_id id) {
  auto position = clients.find(id);
  if (position == clients.end())
    return;
  auto& client = position->second;
  if (client.running)
    client.running->stop.request_stop();
  if (client.due)
    due.erase({*client.due, id});
  if (client.has_turn)
    std::erase(turns, id);
  clients.erase(position);
}

void chat_state::token(client_id id, question_id question, const std::string& delta) {
  auto position = clients.find(id);
  if (position == clients.end())
    return;
  auto& running = position->second.running;
  if (running && running->question.id == question && !running->ended)
    self->send(position->second.session, atom::token_v, question, delta);
}

void chat_state::answer(client_id id, const chat_result& result) {
  for (auto& worker : workers) {
    if (worker.job == std::pair(id, result.id))
      worker.job.reset();
  }
  auto position = clients.find(id);
  if (position != clients.end()) {
    auto& client = position->second;
    auto was_first = !client.running->ended;
    if (was_first) {
      if (result.failure.empty())
        client.memory.remember({client.running->question.text, result.answer});
      self->send(client.session, atom::answer_v, result);
    }
    client.running.reset();
    take_turn(id, client);
    watch_first(id, client, was_first);
  }
  dispatch();
}

void chat_state::tick() {
  auto now = self->clock().now();
  while (!due.empty() && due.begin()->first <= now) {
    auto id = due.begin()->second;
    auto& client = clients.at(id);
    if (client.running && !client.running->ended) {
      end_running(client, failure_text::timed_out);
    } else {
      fail(client, client.waiting.front().id, failure_text::timed_out);
      client.waiting.pop_front();
    }
    watch_first(id, client, true);
  }
  if (!due.empty())
    timer.wake_at(due.begin()->first);
}

void chat_state::dispatch() {
  for (auto& worker : workers) {
    while (!worker.job && !turns.empty()) {
      auto id = turns.front();
      turns.pop_front();
      auto& client = clients.at(id);
      client.has_turn = false;
      if (!client.waiting.empty())
        start(id, client, worker);
    }
  }
}

void chat_state::start(client_id id, chat_client& client, worker_slot& worker) {
  client.running = running_question{std::move(client.waiting.front()), {}, false};
  client.waiting.pop_front();
  const auto& question = client.running->question;
  auto job = std::make_shared<chat_job>();
  job->client = id;
  job->id = question.id;
  job->stream = question.stream;
  job->asked = client.memory.recall(question.text);
  job->stop = client.running->stop.get_token();
  worker.job = std::pair(id, question.id);
  self->send(worker.handle, atom::run_v, chat_job_ptr(std::move(job)));
}

void chat_state::end_running(chat_client& client, const char* failure) {
  client.running->ended = true;
  client.running->stop.request_stop();
  fail(client, client.running->question.id, failure);
}

void chat_state::fail(const chat_client& client, question_id id, const char* failure) {
  self->send(client.session, atom::answer_v, chat_result{id, {}, failure});
}

// Keeps `due` in line with the client's first question; `changed` says that another one has become
// the first.
void chat_state::watch_first(client_id id, chat_client& client, bool changed) {
  auto pending = !client.waiting.empty() || (client.running && !client.running->ended);
  if (client.due && (changed || !pending)) {
    due.erase({*client.due, id});
    client.due.reset();
  }
  if (pending && !client.due) {
    client.due = self->clock().now() + std::chrono::milliseconds(options.settings.timeout_ms);
    due.emplace(*client.due, id);
  }
  if (!due.empty())
    timer.wake_at(due.begin()->first);
}

void chat_state::take_turn(client_id id, chat_client& client) {
  if (client.has_turn || client.running || client.waiting.empty())
    return;
  client.has_turn = true;
  turns.push_back(id);
}

void chat_state::leave(const caf::error& reason) {
  for (auto& [id, client] : clients) {
    if (client.running)
      client.running->stop.request_stop();
  }
  for (auto& worker : workers)
    self->send_exit(worker.handle, caf::exit_reason::user_shutdown);
  self->quit(reason);
}

chat_actor::behavior_type chat(
    chat_actor::stateful_pointer<chat_state> self, const chat_options& options) {
  return self->state.make_behavior(options);
}

} // namespace ocelli::actors
