#pragma once

#include "net/engineio/message.hpp"

#include <cstddef>
#include <deque>
#include <vector>

namespace ocelli::engineio {

/// Messages that wait for one client, bounded in bytes and in messages. Not thread-safe.
class write_queue {
 public:
  /// Holds at most `bytes` of payload in at most `packets` messages.
  write_queue(std::size_t bytes, std::size_t packets) noexcept;

  /// Queues the whole group, its messages one after the other; false, and nothing is queued, when
  /// it does not fit.
  bool push(message_group group);
  bool empty() const noexcept { return messages_.empty(); }
  /// The oldest message; the queue is not empty. It counts until `pop`.
  const outgoing_message& front() const { return messages_.front(); }
  void pop();
  /// Takes the oldest messages, at most `packets` of them.
  std::vector<outgoing_message> take(std::size_t packets);
  void clear() noexcept;
  /// Messages queued.
  std::size_t packets() const noexcept { return messages_.size(); }
  /// Bytes of payload queued.
  std::size_t bytes() const noexcept { return bytes_; }

 private:
  std::deque<outgoing_message> messages_;
  std::size_t bytes_ = 0;
  std::size_t max_bytes_;
  std::size_t max_packets_;
};

} // namespace ocelli::engineio
