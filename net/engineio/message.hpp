#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ocelli::engineio {

/// A received message: bytes in a buffer that is shared, constant, and followed by at least
/// `padding` readable bytes, so that simdjson can parse it in place.
struct message {
  /// Readable bytes behind `data`.
  static constexpr std::size_t padding = 64;

  bool binary = false;
  /// The payload, without Engine.IO's type byte.
  std::string_view data;
  /// Keeps `data` alive.
  std::shared_ptr<const void> owner;
  /// When its first bytes had arrived; for polling, when the header of its request had.
  std::chrono::steady_clock::time_point begun;
};

/// A message to send: text must be UTF-8. Shared, so that a broadcast costs one buffer.
struct outgoing_message {
  bool binary = false;
  std::shared_ptr<const std::string> data;
};

/// Messages that are sent one after the other with nothing in between: a packet and its
/// attachments.
using message_group = std::vector<outgoing_message>;

} // namespace ocelli::engineio
