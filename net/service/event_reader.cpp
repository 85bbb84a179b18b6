#include "net/service/event_reader.hpp"

#include "actors/failure_text.hpp"
#include "net/service/image_text.hpp"
#include "net/socketio/arguments.hpp"
#include "net/socketio/json.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ocelli::net {

namespace {

using socketio::json_kind;

/// Memory that is kept for the next frames; more than one frame of every decode thread brings
/// nothing.
constexpr std::size_t pool_bytes = 64UL << 20;

constexpr double longest_deadline_ms = 600'000;

constexpr const char* no_image = "no image in frame";

/// A member that is there and not null.
std::optional<std::string_view> member(std::string_view object, std::string_view name) {
  auto found = socketio::find_member(object, name);
  if (found && socketio::kind_of(*found) == json_kind::null)
    return std::nullopt;
  return found;
}

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

} // namespace

event_reader::event_reader(const config::settings& configured, actors::byte_budget& budget)
    : limits_(configured.limits), default_deadline_ms_(configured.frames.deadline_ms),
      question_bytes_(configured.chat.question_bytes), budget_(budget),
      pool_(std::min<std::size_t>(pool_bytes, configured.limits.pending_bytes)) {}

bool event_reader::reserve(std::size_t bytes, actors::frame_event& frame) {
  frame.lease = budget_.acquire(bytes);
  if (frame.lease != nullptr)
    return true;
  frame.failure = actors::failure_text::overloaded;
  frame.rejected = true;
  return false;
}

std::string event_reader::read_id(std::string_view object, std::string& failure) const {
  auto id = socketio::find_member(object, "id");
  if (!id)
    return "";
  if (id->size() <= limits_.id_bytes)
    return std::string{*id};
  failure = fmt::format("id is longer than {} bytes (limits.id_bytes)", limits_.id_bytes);
  return "";
}

void event_reader::read_attachment(const socketio::attachment& image, actors::frame_event& frame) {
  if (image.bytes.empty()) {
    frame.failure = "empty image";
    return;
  }
  if (reserve(image.bytes.size(), frame))
    frame.image = {std::as_bytes(std::span{image.bytes}), image.owner};
}

void event_reader::read_image_text(std::string_view text, actors::frame_event& frame) {
  auto found = find_image_text(text);
  if (!found.failure.empty()) {
    frame.failure = std::move(found.failure);
    return;
  }
  if (!reserve(decoded_bound(found.encoded), frame))
    return;
  auto decoded = decode_image_text(found.encoded, pool_);
  if (auto failure = std::get_if<std::string>(&decoded))
    frame.failure = std::move(*failure);
  else
    frame.image = std::get<inference::image_bytes>(std::move(decoded));
}

void event_reader::read_image(
    const socketio::event& incoming, std::string_view raw, actors::frame_event& frame) {
  if (auto attachment = socketio::find_attachment(incoming.attachments, raw)) {
    read_attachment(*attachment, frame);
    return;
  }
  std::string unescaped;
  if (auto text = socketio::resolve_string(raw, unescaped))
    read_image_text(*text, frame);
  else
    frame.failure = "image is neither a string nor binary data";
}

actors::frame_event event_reader::read_frame(const socketio::event& incoming) {
  actors::frame_event frame;
  frame.begun = incoming.begun;
  frame.received = incoming.received;
  auto deadline_ms = static_cast<double>(default_deadline_ms_);
  auto payload = socketio::argument_at(incoming.arguments, 0);
  if (!payload || socketio::kind_of(*payload) == json_kind::null) {
    frame.failure = no_image;
  } else if (socketio::kind_of(*payload) != json_kind::object ||
             socketio::find_attachment(incoming.attachments, *payload)) {
    read_image(incoming, *payload, frame);
  } else {
    frame.reply.id = read_id(*payload, frame.failure);
    if (auto named = member(*payload, "deadline_ms")) {
      // written so that what is not a number fails as well
      deadline_ms = socketio::json_number(*named).value_or(-1);
      if (!(deadline_ms >= 0 && deadline_ms <= longest_deadline_ms))
        frame.failure =
            fmt::format("deadline_ms is not a number from 0 to {:.0f}", longest_deadline_ms);
    }
    auto image = member(*payload, "image");
    if (frame.failure.empty() && image)
      read_image(incoming, *image, frame);
    else if (frame.failure.empty())
      frame.failure = no_image;
  }
  if (frame.failure.empty() && deadline_ms > 0)
    frame.deadline =
        frame.received + std::chrono::duration_cast<std::chrono::steady_clock::duration>(
                             std::chrono::duration<double, std::milli>{deadline_ms});
  // the mailbox holds failures as well, so that their number is bounded like that of images
  if (frame.lease == nullptr && !frame.rejected)
    reserve(0, frame);
  return frame;
}

actors::question_event event_reader::read_question(const socketio::event& incoming) const {
  actors::question_event question;
  auto payload = socketio::argument_at(incoming.arguments, 0);
  auto text = payload;
  if (payload && socketio::kind_of(*payload) == json_kind::object) {
    question.reply.id = read_id(*payload, question.failure);
    if (auto stream = member(*payload, "stream"))
      question.stream = *stream == "true";
    text = member(*payload, "message");
  }
  std::string unescaped;
  auto resolved = text ? socketio::resolve_string(*text, unescaped) : std::nullopt;
  if (!question.failure.empty())
    resolved.reset();
  else if (!resolved)
    question.failure = "no question in message";
  else if (resolved->size() > question_bytes_)
    question.failure =
        fmt::format("question is longer than {} bytes (chat.question_bytes)", question_bytes_);
  else if (is_blank(*resolved))
    question.failure = "empty question";
  else
    question.text = *resolved;
  question.lease = budget_.acquire(question.text.size());
  if (question.lease == nullptr)
    question.failure = actors::failure_text::overloaded;
  return question;
}

std::optional<actors::stop_event> event_reader::read_stop(const socketio::event& incoming) const {
  actors::stop_event stop;
  if (auto payload = socketio::argument_at(incoming.arguments, 0)) {
    auto id = socketio::find_member(*payload, "id").value_or("");
    if (id.size() > limits_.id_bytes)
      return std::nullopt;
    stop.id = id;
  }
  stop.lease = budget_.acquire(stop.id.size());
  return stop.lease == nullptr ? std::nullopt : std::optional{std::move(stop)};
}

} // namespace ocelli::net
