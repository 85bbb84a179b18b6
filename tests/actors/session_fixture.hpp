#pragma once

#include "actors/dedup.hpp"
#include "actors/session.hpp"
#include "support/deterministic_system.hpp"
#include "support/fake_inference.hpp"
#include "support/recording_sink.hpp"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace ocelli::test {

/// One SESSION with a real DEDUP; POOL and CHAT only note what they are told.
class session_fixture : public deterministic_system {
 public:
  session_fixture() {
    for (int i = 0; i < 256; ++i)
      labels_.push_back("label " + std::to_string(i));
    options.client = 1;
    options.sink = sink;
    options.pool = start([this] { return pool_behavior(); });
    options.dedup = start(actors::dedup);
    options.chat = start([this] { return chat_behavior(); });
    options.counts = counts;
    options.measures = measures;
    options.service = service;
    options.labels = std::make_shared<const std::vector<std::string>>(labels_);
    options.ended = [this] { ++ended; };
  }

  /// Starts the session, with `options` as they are by then.
  void open() { session = start(actors::session, options); }

  /// Event `frame`; `id` is JSON text.
  void send_frame(std::optional<std::uint64_t> acknowledgement = {}, const std::string& id = {},
      const std::string& failure = {}, bool rejected = false) {
    actors::frame_event event;
    event.image = make_image(image);
    event.failure = failure;
    event.rejected = rejected;
    event.begun = now() - reading;
    event.received = now();
    event.deadline = deadline;
    event.reply = {acknowledgement, id};
    tell(session, actors::atom::frame_v,
        actors::frame_event_ptr(std::make_shared<actors::frame_event>(event)));
  }

  /// The pool's answer to a frame, counted from 1.
  void answer(std::uint64_t frame, std::uint32_t label) {
    actors::frame_result result;
    result.id = frame;
    result.prediction = {{label, 0.5F}, {label + 1, 0.25F}, {label + 2, 0.125F}};
    tell_result(result);
  }

  void end(std::uint64_t frame, actors::frame_end how, const std::string& failure = {}) {
    actors::frame_result result;
    result.id = frame;
    result.end = how;
    result.failure = failure;
    tell_result(result);
  }

  void tell_result(const actors::frame_result& result) {
    tell(session, actors::atom::result_v,
        actors::frame_result_ptr(std::make_shared<actors::frame_result>(result)));
  }

  /// Event `message`.
  void ask(const std::string& text, std::optional<std::uint64_t> acknowledgement = {},
      const std::string& id = {}, bool stream = false, const std::string& failure = {}) {
    tell(session, actors::atom::question_v,
        actors::question_event{text, stream, failure, {acknowledgement, id}});
  }

  void answer_question(
      std::uint64_t question, const std::string& text, const std::string& failure = {}) {
    tell(session, actors::atom::answer_v, actors::chat_result{question, text, failure});
  }

  actors::session_options options;
  std::shared_ptr<recording_sink> sink = std::make_shared<recording_sink>();
  std::shared_ptr<actors::ledger> counts = std::make_shared<actors::ledger>();
  std::shared_ptr<actors::metrics> measures = std::make_shared<actors::metrics>(1);
  std::shared_ptr<actors::service_state> service =
      std::make_shared<actors::service_state>(1, std::function<void(const std::string&)>());
  std::uint8_t image = 1; ///< What `send_frame` sends.
  std::optional<actors::time_point> deadline;
  std::chrono::nanoseconds reading{0}; ///< Time that a frame takes to come.
  actors::session_actor session;
  int ended = 0;

  // what POOL was told
  std::vector<actors::queued_frame_ptr> queued;
  std::vector<std::uint64_t> handed_over;
  int pool_forgets = 0;
  // what CHAT was told
  std::vector<std::pair<std::uint64_t, std::string>> asked;
  std::vector<std::uint64_t> stopped;
  std::vector<std::string> observed;
  int chat_forgets = 0;

 private:
  actors::inference_pool_actor::behavior_type pool_behavior() {
    namespace atom = actors::atom;
    return {
        [this](atom::frame, actors::client_id, const actors::session_actor&,
            const actors::queued_frame_ptr& frame) { queued.push_back(frame); },
        [this](atom::handed_over, actors::client_id, actors::frame_id frame) {
          handed_over.push_back(frame);
        },
        [this](atom::forget, actors::client_id) { ++pool_forgets; },
        [](atom::ready, const actors::worker_report&) {},
        [](atom::started, std::uint64_t) {},
        [](atom::result, const actors::batch_result_ptr&) {},
        [](atom::prepared, const inference::batch_ptr&) {},
        [](atom::tick, std::uint64_t) {},
    };
  }

  actors::chat_actor::behavior_type chat_behavior() {
    namespace atom = actors::atom;
    return {
        [this](atom::question, actors::client_id, const actors::session_actor&,
            actors::question_id id, const std::string& text,
            bool) { asked.emplace_back(id, text); },
        [this](atom::stop, actors::client_id, actors::question_id id) { stopped.push_back(id); },
        [this](atom::observed, actors::client_id, const std::string& label) {
          observed.push_back(label);
        },
        [this](atom::forget, actors::client_id) { ++chat_forgets; },
        [](atom::token, actors::client_id, actors::question_id, const std::string&) {},
        [](atom::answer, actors::client_id, const actors::chat_result&) {},
        [](atom::tick, std::uint64_t) {},
    };
  }

  std::vector<std::string> labels_;
};

} // namespace ocelli::test
