#pragma once

#include "net/engineio/message.hpp"
#include "net/socketio/packet.hpp"
#include "net/socketio/socket.hpp"

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace ocelli::socketio {

/// A packet whose text has been checked. Views are valid while `owner` lives.
struct checked_packet {
  packet header;
  std::string_view name;      ///< Of an event.
  std::string_view arguments; ///< Comma separated, without brackets.
  std::shared_ptr<const void> owner;
  std::vector<attachment> attachments;
  std::chrono::steady_clock::time_point begun; ///< As in `engineio::message`, of the text.
};

/// Collects the attachments of one packet after the other, bounded in count by the packet's header
/// and in bytes by a limit. For one thread at a time.
class packet_assembler {
 public:
  /// `bytes`: of all attachments of a packet together.
  explicit packet_assembler(std::size_t bytes) noexcept : bytes_left_(bytes), bytes_(bytes) {}

  /// True while attachments are missing.
  bool waiting() const noexcept { return pending_.has_value(); }
  /// Begins with a packet that announces at least one attachment. Not while waiting.
  void begin(checked_packet announced);
  /// Adds an attachment; only while waiting. False when the packet's bytes pass the limit; the
  /// packet is dropped then.
  bool add(const engineio::message& incoming);
  /// The packet when its last attachment has come; the assembler is free for the next one then.
  std::optional<checked_packet> take();
  /// Drops a packet that is not complete.
  void reset() noexcept { pending_.reset(); }

 private:
  std::optional<checked_packet> pending_;
  std::size_t bytes_left_;
  std::size_t bytes_;
};

} // namespace ocelli::socketio
