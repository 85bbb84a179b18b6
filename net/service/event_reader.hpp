#pragma once

#include "actors/byte_budget.hpp"
#include "actors/interfaces.hpp"
#include "config/settings.hpp"
#include "net/service/buffer_pool.hpp"
#include "net/socketio/socket.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace ocelli::net {

/// Turns events as clients send them into the messages of SESSION. What is wrong with an event goes
/// into its `failure`, in words for the client. Thread-safe.
class event_reader {
 public:
  /// `budget` outlives the reader.
  event_reader(const config::settings& configured, actors::byte_budget& budget);

  /// Event `frame`: a data URL, bare base64, a binary attachment, or an object with one of these as
  /// `image` and with `id` and `deadline_ms`. base64 is decoded into a pooled buffer, an attachment
  /// is used where it is; memory is taken from the budget before it is allocated.
  /// `reply.acknowledgement` is left to the caller.
  actors::frame_event read_frame(const socketio::event& incoming);

  /// Event `message`: an object with `message`, `id` and `stream`, or the bare text.
  /// `reply.acknowledgement` is left to the caller.
  actors::question_event read_question(const socketio::event& incoming) const;

  /// Event `stop`: an object with `id`, or nothing. nullopt when no question can have this id, or
  /// the budget is used up.
  std::optional<actors::stop_event> read_stop(const socketio::event& incoming) const;

 private:
  void read_image(
      const socketio::event& incoming, std::string_view raw, actors::frame_event& frame);
  void read_attachment(const socketio::attachment& image, actors::frame_event& frame);
  void read_image_text(std::string_view text, actors::frame_event& frame);
  /// False when the budget is used up; the frame fails then.
  bool reserve(std::size_t bytes, actors::frame_event& frame);
  std::string read_id(std::string_view object, std::string& failure) const;

  config::limit_settings limits_;
  std::uint32_t default_deadline_ms_;
  std::uint32_t question_bytes_;
  actors::byte_budget& budget_;
  buffer_pool pool_;
};

} // namespace ocelli::net
