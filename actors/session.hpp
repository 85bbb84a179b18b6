#pragma once

#include "actors/frame_fingerprint.hpp"
#include "actors/interfaces.hpp"
#include "actors/ledger.hpp"
#include "actors/metrics.hpp"
#include "actors/service_state.hpp"
#include "config/settings.hpp"

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ocelli::actors {

/// What a SESSION is given.
struct session_options {
  client_id client = 0;
  reply_sink_ptr sink;
  inference_pool_actor pool;
  dedup_actor dedup;
  chat_actor chat;
  std::shared_ptr<ledger> counts;
  std::shared_ptr<metrics> measures;
  std::shared_ptr<const service_state> service;
  std::shared_ptr<const std::vector<std::string>> labels; ///< By index of `scored_label`.
  config::frame_settings frames;
  config::chat_settings questions;
  config::response_settings response;
  std::function<void()> ended; ///< Called when the session has ended, from its own thread.
};

/// State of SESSION. Replies keep the order of sending: an entry stays until those before it have
/// been replied to. Only a superseded frame leaves at once, and so does what comes when
/// `most_pending` replies are owed for things that never reached a queue: it is `overloaded`.
struct session_state {
  static inline constexpr const char* name = "session";

  explicit session_state(session_actor::pointer owner) : self(owner) {}

  struct pending_frame {
    frame_id id = 0;
    reply_address reply;
    time_point received = {};
    frame_result_ptr result = nullptr; // nullptr while the pool has the frame
    bool asked = false;                // DEDUP, about an answer
    std::optional<bool> is_new = {};   // DEDUP's answer
    bool ended_here = false;           // the pool never had it, or was told to forget it
    std::optional<frame_fingerprint> content = {}; // only where repeated frames reuse answers
  };
  struct pending_question {
    question_id id = 0;
    reply_address reply;
    bool stream = false;
    std::optional<chat_result> result = {};
  };

  session_actor::behavior_type make_behavior(session_options given);

  // frames
  void on_frame(const frame_event& event);
  void on_result(const frame_result_ptr& result);
  void on_label(frame_id id, bool is_new);
  void on_dedup_failed(frame_id id);
  void supersede(frame_id id);
  void reuse_answer(pending_frame& frame, const inference::image_bytes& image);
  void ask_dedup();
  void reply_to_frames();
  void reply(const pending_frame& frame);
  response answer(const pending_frame& frame) const;
  void measure(const pending_frame& frame);
  pending_frame* find_frame(frame_id id);

  // questions
  void on_question(const question_event& event);
  void on_stop(const stop_event& event);
  void on_token(question_id id, const std::string& delta);
  void on_answer(const chat_result& result);
  void reply_to_questions();
  void reply(const pending_question& question);
  pending_question* find_question(question_id id);

  // both
  void send(const reply_address& address, const response& object);
  void abort();
  void close();
  const std::string& label_of(const inference::scored_label& scored) const;

  session_actor::pointer self;
  session_options options;
  frame_id last_frame = 0;
  question_id last_question = 0;
  std::deque<pending_frame> frames;       // ids ascending
  std::deque<pending_question> questions; // ids ascending
  bool loss_logged = false;
  std::optional<frame_fingerprint> answered_content; // of the frame that was answered last
  frame_result_ptr last_answer;                      // and its answer

  static constexpr std::size_t most_pending = 1'024;
};

/// One client. Ends every frame and question of it in the ledger.
session_actor::behavior_type session(
    session_actor::stateful_pointer<session_state> self, const session_options& options);

} // namespace ocelli::actors
