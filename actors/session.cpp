#include "actors/session.hpp"

#include "actors/failure_text.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <cassert>
#include <chrono>
#include <utility>

// Frames, and what frames and questions share; questions are in session_questions.cpp.

namespace ocelli::actors {

namespace {

// DEDUP only looks into a table; this long means that it is gone.
constexpr std::chrono::seconds dedup_timeout{5};

constexpr char superseded_text[] = "Superseded by a newer frame";
constexpr char failed_text[] = "Failed to process image: ";
constexpr char already_text[] = "Already in list";

frame_result_ptr failure(frame_id id, frame_end end, const std::string& text) {
  auto result = std::make_shared<frame_result>();
  result->id = id;
  result->end = end;
  result->failure = text;
  return result;
}

} // namespace

session_actor::behavior_type session_state::make_behavior(session_options given) {
  options = std::move(given);
  return {
      [this](atom::frame, const frame_event_ptr& event) { on_frame(*event); },
      [this](atom::question, const question_event& event) { on_question(event); },
      [this](atom::stop, const stop_event& event) { on_stop(event); },
      [this](atom::closed) { close(); },
      [this](atom::abort) { abort(); },
      [this](atom::result, const frame_result_ptr& result) { on_result(result); },
      [this](atom::token, question_id id, const std::string& delta) { on_token(id, delta); },
      [this](atom::answer, const chat_result& result) { on_answer(result); },
  };
}

void session_state::on_frame(const frame_event& event) {
  options.counts->frame_received();
  options.measures->frame_received(event.received - event.begun);
  pending_frame frame{++last_frame, event.reply, event.received};
  if (options.service->draining())
    frame.result = failure(frame.id, frame_end::rejected, failure_text::shutting_down);
  else if (!event.failure.empty())
    frame.result =
        failure(frame.id, event.rejected ? frame_end::rejected : frame_end::failed, event.failure);
  else if (options.frames.reuse_repeated)
    reuse_answer(frame, event.image);
  frame.ended_here = frame.result != nullptr;
  if (frames.size() >= most_pending + options.frames.queue + options.frames.in_work) {
    frame.ended_here = true;
    frame.result = failure(frame.id, frame_end::rejected, failure_text::overloaded);
    reply(frame);
    return;
  }
  if (!frame.result) {
    auto deadline = event.deadline;
    if (!deadline && options.frames.deadline_ms > 0)
      deadline = event.received + std::chrono::milliseconds(options.frames.deadline_ms);
    auto queued = std::make_shared<queued_frame>(
        queued_frame{frame.id, event.image, event.lease, event.received, deadline});
    self->send(options.pool, atom::frame_v, options.client, session_actor(self),
        queued_frame_ptr(std::move(queued)));
  }
  frames.push_back(std::move(frame));
  reply_to_frames();
}

void session_state::on_result(const frame_result_ptr& result) {
  auto* frame = find_frame(result->id);
  if (!frame || frame->result)
    return; // ended by `abort`
  if (result->end == frame_end::superseded) {
    supersede(result->id);
    return;
  }
  frame->result = result;
  if (frame->content && result->end == frame_end::answered) {
    answered_content = frame->content;
    last_answer = result;
  }
  reply_to_frames();
}

// A frame whose twin is still in work goes the whole way, so that nothing depends on how that ends.
void session_state::reuse_answer(pending_frame& frame, const inference::image_bytes& image) {
  frame.content = fingerprint_of(image.bytes);
  if (frame.content != answered_content)
    return;
  auto result = std::make_shared<frame_result>();
  result->id = frame.id;
  result->prediction = last_answer->prediction;
  result->batch = 0;
  frame.result = std::move(result);
}

void session_state::supersede(frame_id id) {
  auto lost = std::move(*find_frame(id));
  std::erase_if(frames, [id](const auto& frame) { return frame.id == id; });
  response object{superseded_text, lost.reply.id, std::nullopt};
  if (!object.id.empty())
    options.sink->respond(object);
  if (lost.reply.acknowledgement)
    options.sink->acknowledge(*lost.reply.acknowledgement, object);
  if (object.id.empty() && !lost.reply.acknowledgement && !loss_logged) {
    loss_logged = true;
    spdlog::info("Client {} sends frames faster than they are answered; older ones give way to "
                 "newer ones without a "
                 "reply (frames.policy = \"latest\").",
        options.client);
  }
  // what waits for the counts to add up must find the reply with the sink
  options.counts->frame_ended(frame_end::superseded);
  reply_to_frames();
}

// Asks about every answer that has none before it whose end is open, so that DEDUP is asked in the
// order of sending.
void session_state::ask_dedup() {
  for (auto& frame : frames) {
    if (!frame.result)
      return;
    if (frame.asked || frame.result->end != frame_end::answered)
      continue;
    frame.asked = true;
    self->request(options.dedup, dedup_timeout, atom::label_v, options.client,
            label_of(frame.result->prediction.at(0)))
        .then([this, id = frame.id](bool is_new) { on_label(id, is_new); },
            [this, id = frame.id](const caf::error&) { on_dedup_failed(id); });
  }
}

void session_state::on_label(frame_id id, bool is_new) {
  if (auto* frame = find_frame(id)) {
    frame->is_new = is_new;
    reply_to_frames();
  }
}

void session_state::on_dedup_failed(frame_id id) {
  if (auto* frame = find_frame(id)) {
    frame->result = failure(id, frame_end::failed, failure_text::internal_error);
    reply_to_frames();
  }
}

void session_state::reply_to_frames() {
  ask_dedup();
  while (!frames.empty()) {
    auto& first = frames.front();
    if (!first.result || (first.result->end == frame_end::answered && !first.is_new))
      return;
    auto frame = std::move(first);
    frames.pop_front();
    reply(frame);
  }
}

void session_state::reply(const pending_frame& frame) {
  const auto& result = *frame.result;
  if (result.end == frame_end::answered) {
    self->send(options.chat, atom::observed_v, options.client, label_of(result.prediction.at(0)));
    send(frame.reply, answer(frame));
    measure(frame);
  } else {
    send(frame.reply, {failed_text + result.failure, frame.reply.id, std::nullopt});
  }
  options.counts->frame_ended(result.end);
  if (!frame.ended_here)
    self->send(options.pool, atom::handed_over_v, options.client, frame.id);
}

response session_state::answer(const pending_frame& frame) const {
  const auto& result = *frame.result;
  response object{*frame.is_new ? label_of(result.prediction.at(0)) : already_text, frame.reply.id,
      std::nullopt};
  if (!options.response.details)
    return object;
  auto& details = object.details.emplace();
  auto count = std::min<std::size_t>(options.response.top, result.prediction.size());
  for (std::size_t i = 0; i < count; ++i)
    details.top.push_back({label_of(result.prediction[i]), result.prediction[i].confidence});
  details.queued = result.queued;
  details.preparation = result.preparation;
  details.inference = result.inference;
  details.batch = result.batch;
  return object;
}

void session_state::measure(const pending_frame& frame) {
  const auto& result = *frame.result;
  if (result.batch == 0) {
    options.measures->answer_reused(self->clock().now() - frame.received);
    return;
  }
  options.measures->frame_answered({
      .received = frame.received,
      .claimed = frame.received + result.queued,
      .prepared = result.prepared,
      .inference = result.inference,
      .finished = result.finished,
      .handed_over = self->clock().now(),
  });
}

session_state::pending_frame* session_state::find_frame(frame_id id) {
  auto position = std::lower_bound(frames.begin(), frames.end(), id,
      [](const pending_frame& frame, frame_id wanted) { return frame.id < wanted; });
  return position == frames.end() || position->id != id ? nullptr : &*position;
}

void session_state::send(const reply_address& address, const response& object) {
  options.sink->respond(object);
  if (address.acknowledgement)
    options.sink->acknowledge(*address.acknowledgement, object);
}

void session_state::abort() {
  self->send(options.pool, atom::forget_v, options.client);
  self->send(options.chat, atom::forget_v, options.client);
  for (auto& frame : frames) {
    if (!frame.result || (frame.result->end == frame_end::answered && !frame.is_new))
      frame.result = failure(frame.id, frame_end::rejected, failure_text::shutting_down);
    frame.ended_here = true;
  }
  for (auto& question : questions) {
    if (!question.result)
      question.result = chat_result{question.id, {}, failure_text::shutting_down};
  }
  reply_to_frames();
  reply_to_questions();
}

void session_state::close() {
  for (std::size_t i = 0; i < frames.size(); ++i)
    options.counts->frame_ended(frame_end::cancelled);
  for (std::size_t i = 0; i < questions.size(); ++i)
    options.counts->question_ended();
  self->send(options.pool, atom::forget_v, options.client);
  self->send(options.dedup, atom::forget_v, options.client);
  self->send(options.chat, atom::forget_v, options.client);
  if (options.ended)
    options.ended();
  self->quit();
}

const std::string& session_state::label_of(const inference::scored_label& scored) const {
  assert(scored.index < options.labels->size());
  return (*options.labels)[scored.index];
}

session_actor::behavior_type session(
    session_actor::stateful_pointer<session_state> self, const session_options& options) {
  return self->state.make_behavior(options);
}

} // namespace ocelli::actors
