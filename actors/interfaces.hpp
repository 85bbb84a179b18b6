#pragma once

#include "actors/byte_budget.hpp"
#include "actors/ledger.hpp"
#include "actors/reply_sink.hpp"
#include "inference/chat/chat_backend.hpp"
#include "inference/vision/batch.hpp"
#include "inference/vision/frame_queue.hpp"
#include "inference/vision/inference_engine.hpp"

#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/atom.hpp>
#include <caf/replies_to.hpp>
#include <caf/type_id.hpp>
#include <caf/typed_actor.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

/// All messages and typed interfaces of the actors. Names in capitals in prose are actors. Messages
/// with frames travel one way and carry ids; requests have a finite timeout. No message crosses a
/// process border.
namespace ocelli::actors {

using time_point = std::chrono::steady_clock::time_point;

/// One connection, unique while the process lives; never reused.
using client_id = std::uint64_t;
/// One frame of one client, counted by its SESSION from 1.
using frame_id = std::uint64_t;
/// One question of one client, counted by its SESSION from 1.
using question_id = std::uint64_t;

/// What a client wants back with the reply.
struct reply_address {
  std::optional<acknowledgement_id> acknowledgement;
  std::string id; ///< JSON text to echo; empty for none.
};

/// Event `frame`, as net/service hands it over.
struct frame_event {
  inference::image_bytes image;
  byte_budget::lease lease; ///< Held until the frame has ended.
  /// Empty when `image` is there; else how the frame ends at once, a text after `Failed to process
  /// image: `.
  std::string failure;
  bool rejected = false; ///< `failure` is the server's doing (overload), not the client's.
  time_point begun;      ///< When the first bytes of its message had been received.
  time_point received;   ///< When the whole frame had been received.
  std::optional<time_point> deadline; ///< When the answer is worth nothing any more.
  reply_address reply;
};

/// Event `message`.
struct question_event {
  std::string text;
  bool stream = false;
  std::string failure; ///< As in `frame_event`, a text after `Failed to receive a response: `.
  reply_address reply;
  byte_budget::lease lease; ///< Bounds what waits in SESSION's mailbox.
};

/// Event `stop`: ends the answer with this id, or every one of the client when empty.
struct stop_event {
  std::string id;
  byte_budget::lease lease; ///< Bounds what waits in SESSION's mailbox.
};

/// A frame on its way from SESSION to INFERENCE POOL.
using queued_frame = inference::queued_frame;

/// How the pool ended a frame. `prediction` is filled when it was answered, else `failure`, except
/// when it was superseded.
struct frame_result {
  frame_id id = 0;
  frame_end end = frame_end::answered;
  inference::prediction prediction;
  std::string failure; ///< In words for the client.
  std::chrono::nanoseconds queued{0};
  std::chrono::nanoseconds preparation{0};
  std::chrono::nanoseconds inference{0};
  time_point prepared;     ///< When its batch was decoded and resized; unset when `batch` is 0.
  time_point finished;     ///< When the engine's answer was there; unset when `batch` is 0.
  std::uint32_t batch = 1; ///< Frames in its batch; 0 when the answer is an earlier frame's.
};

/// A worker whose engine is warm.
struct worker_report {
  std::uint64_t index = 0;
  std::uint64_t incarnation = 0; ///< How often it was started before.
  /// What a batch of each size took, ascending, as far as measured.
  std::vector<std::chrono::nanoseconds> costs;
};

/// What a worker made of a batch.
struct batch_result {
  std::uint64_t batch = 0;
  /// One for each item without failure, in order; empty when `failure` is set.
  std::vector<inference::prediction> predictions;
  std::string failure;
  std::chrono::nanoseconds inference{0};
};

/// How an answer of CHAT ended.
struct chat_result {
  question_id id = 0;
  std::string answer;  ///< When `failure` is empty.
  std::string failure; ///< In words for the client.
};

/// One question on its way from CHAT to a CHAT WORKER. `stop` ends it early.
struct chat_job {
  client_id client = 0;
  question_id id = 0;
  bool stream = false;
  inference::conversation asked;
  std::stop_token stop;
};

using queued_frame_ptr = inference::queued_frame_ptr;
using chat_job_ptr = std::shared_ptr<const chat_job>;
using frame_event_ptr = std::shared_ptr<const frame_event>;
using frame_result_ptr = std::shared_ptr<const frame_result>;
using batch_result_ptr = std::shared_ptr<const batch_result>;

} // namespace ocelli::actors

// Never serialised: all actors live in one process, and pointers to images, sinks and batches have
// no meaning elsewhere.
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ocelli::actors::frame_event_ptr)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ocelli::actors::question_event)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ocelli::actors::stop_event)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ocelli::actors::queued_frame_ptr)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ocelli::actors::frame_result_ptr)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ocelli::actors::worker_report)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ocelli::actors::batch_result_ptr)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ocelli::actors::chat_result)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ocelli::actors::chat_job_ptr)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(ocelli::inference::batch_ptr)

CAF_BEGIN_TYPE_ID_BLOCK(ocelli, caf::first_custom_type_id)
  CAF_ADD_ATOM(ocelli, ocelli::actors::atom, frame, "frame")
  CAF_ADD_ATOM(ocelli, ocelli::actors::atom, question, "question")
  CAF_ADD_ATOM(ocelli, ocelli::actors::atom, stop, "stop")
  CAF_ADD_ATOM(ocelli, ocelli::actors::atom, closed, "closed")
  CAF_ADD_ATOM(ocelli, ocelli::actors::atom, abort, "abort")
  CAF_ADD_ATOM(ocelli, ocelli::actors::atom, result, "result")
  CAF_ADD_ATOM(ocelli, ocelli::actors::atom, handed_over, "handedover")
  CAF_ADD_ATOM(ocelli, ocelli::actors::atom, ready, "ready")
  CAF_ADD_ATOM(ocelli, ocelli::actors::atom, run, "run")
  CAF_ADD_ATOM(ocelli, ocelli::actors::atom, started, "started")
  CAF_ADD_ATOM(ocelli, ocelli::actors::atom, prepared, "prepared")
  CAF_ADD_ATOM(ocelli, ocelli::actors::atom, tick, "tick")
  CAF_ADD_ATOM(ocelli, ocelli::actors::atom, label, "label")
  CAF_ADD_ATOM(ocelli, ocelli::actors::atom, forget, "forget")
  CAF_ADD_ATOM(ocelli, ocelli::actors::atom, observed, "observed")
  CAF_ADD_ATOM(ocelli, ocelli::actors::atom, token, "token")
  CAF_ADD_ATOM(ocelli, ocelli::actors::atom, answer, "answer")
CAF_END_TYPE_ID_BLOCK(ocelli)

namespace ocelli::actors {

/// SESSION, one per client: admission, ids, order of replies, cancellation. The only part that ends
/// frames in the ledger and talks to the client's reply sink.
using session_actor = caf::typed_actor<
    // NET: event `frame` arrived.
    caf::reacts_to<atom::frame, frame_event_ptr>,
    // NET: event `message` arrived.
    caf::reacts_to<atom::question, question_event>,
    // NET: event `stop` arrived.
    caf::reacts_to<atom::stop, stop_event>,
    // NET: the connection has ended; what is pending counts as cancelled, the actor quits.
    caf::reacts_to<atom::closed>,
    // HOST: the time to drain is over; what is pending fails with `shutting down`.
    caf::reacts_to<atom::abort>,
    // POOL: a frame has ended there.
    caf::reacts_to<atom::result, frame_result_ptr>,
    // CHAT: a piece of an answer.
    caf::reacts_to<atom::token, question_id, std::string>,
    // CHAT: an answer is complete, or failed.
    caf::reacts_to<atom::answer, chat_result>>;

/// INFERENCE WORKER, detached: owns an engine.
using inference_worker_actor = caf::typed_actor<
    // POOL: run a prepared batch of which at least one row is left, and tell POOL `started` and
    // `result`.
    caf::reacts_to<atom::run, inference::batch_ptr>>;

/// INFERENCE POOL: the queue of waiting frames and the batches made from it.
using inference_pool_actor = caf::typed_actor<
    // SESSION: a frame of this client; the pool ends it, with one `result` to the session.
    caf::reacts_to<atom::frame, client_id, session_actor, queued_frame_ptr>,
    // SESSION: a result of this client has been handed to the sink, so that it no longer counts as
    // in work.
    caf::reacts_to<atom::handed_over, client_id, frame_id>,
    // SESSION: the client is gone; its waiting frames are dropped without a result.
    caf::reacts_to<atom::forget, client_id>,
    // WORKER: the engine is warm.
    caf::reacts_to<atom::ready, worker_report>,
    // WORKER: the engine begins with this batch.
    caf::reacts_to<atom::started, std::uint64_t>,
    // WORKER: a batch has been run.
    caf::reacts_to<atom::result, batch_result_ptr>,
    // INTERNAL: a batch is prepared (sent from a decode thread).
    caf::reacts_to<atom::prepared, inference::batch_ptr>,
    // INTERNAL: time has passed: deadlines, early claims, hung workers. Carries the generation of
    // the timer.
    caf::reacts_to<atom::tick, std::uint64_t>>;

/// DEDUP: the last label of every client.
using dedup_actor = caf::typed_actor<
    // SESSION: this client's frame got this label; true when it is new, false when it is the one
    // before.
    caf::replies_to<atom::label, client_id, std::string>::with<bool>,
    // SESSION: the client is gone.
    caf::reacts_to<atom::forget, client_id>>;

/// CHAT WORKER, detached: calls a backend that may block.
using chat_worker_actor = caf::typed_actor<
    // CHAT: answer a question; CHAT gets `token`s and one `answer`.
    caf::reacts_to<atom::run, chat_job_ptr>>;

/// CHAT: one conversation per client.
using chat_actor = caf::typed_actor<
    // SESSION: a question of this client; the session gets `token`s and one `answer`.
    caf::reacts_to<atom::question, client_id, session_actor, question_id, std::string, bool>,
    // SESSION: end the answer to this question early; it fails with `stopped`.
    caf::reacts_to<atom::stop, client_id, question_id>,
    // SESSION: this client's frame got this label.
    caf::reacts_to<atom::observed, client_id, std::string>,
    // SESSION: the client is gone; its conversation is forgotten.
    caf::reacts_to<atom::forget, client_id>,
    // CHAT WORKER: a piece of an answer.
    caf::reacts_to<atom::token, client_id, question_id, std::string>,
    // CHAT WORKER: an answer is complete, or failed; the worker is idle again.
    caf::reacts_to<atom::answer, client_id, chat_result>,
    // INTERNAL: time has passed. Carries the generation of the timer.
    caf::reacts_to<atom::tick, std::uint64_t>>;

} // namespace ocelli::actors
