#include "net/service/client_binding.hpp"

#include <caf/send.hpp>
#include <spdlog/spdlog.h>

#include <utility>

namespace ocelli::net {

client_binding::client_binding(std::string id, actors::session_actor session,
    std::shared_ptr<socket_reply_sink> sink, std::shared_ptr<event_reader> reader)
    : id_(std::move(id)), session_(std::move(session)), sink_(std::move(sink)),
      reader_(std::move(reader)) {}

std::optional<actors::acknowledgement_id> client_binding::keep(
    const socketio::acknowledgement& waiting) {
  return waiting ? std::optional{sink_->keep(waiting)} : std::nullopt;
}

void client_binding::on_frame(const socketio::event& incoming) {
  if (!session_)
    return;
  auto frame = std::make_shared<actors::frame_event>(reader_->read_frame(incoming));
  frame->reply.acknowledgement = keep(incoming.acknowledge);
  caf::anon_send(*session_, actors::atom::frame_v, actors::frame_event_ptr{std::move(frame)});
}

void client_binding::on_message(const socketio::event& incoming) {
  if (!session_)
    return;
  auto question = reader_->read_question(incoming);
  question.reply.acknowledgement = keep(incoming.acknowledge);
  caf::anon_send(*session_, actors::atom::question_v, std::move(question));
}

void client_binding::on_stop(const socketio::event& incoming) {
  if (!session_)
    return;
  if (auto stop = reader_->read_stop(incoming))
    caf::anon_send(*session_, actors::atom::stop_v, std::move(*stop));
  if (incoming.acknowledge)
    incoming.acknowledge("");
}

void client_binding::close(std::string_view reason) {
  if (!session_)
    return;
  spdlog::info("Client disconnected. sid={}, reason={}", id_, reason);
  caf::anon_send(*session_, actors::atom::closed_v);
  session_.reset();
  sink_->close();
}

} // namespace ocelli::net
