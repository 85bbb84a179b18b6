#pragma once

#include "inference/chat/chat_backend.hpp"

#include <cstddef>
#include <deque>
#include <string>

namespace ocelli::actors {

/// What CHAT remembers of one client: the last questions with their answers, bounded by bytes, and
/// the last labels. Not thread-safe.
class chat_memory {
 public:
  /// `history_bytes` counts the bytes of questions and answers.
  explicit chat_memory(std::size_t history_bytes) : limit_(history_bytes) {}

  /// Remembers an answer; the oldest turns go until the rest is within the limit.
  void remember(inference::chat_turn turn);

  /// Remembers that a frame got this label.
  void observe(const std::string& label);

  /// Everything an answer to `question` may draw on.
  inference::conversation recall(const std::string& question) const;

  /// Label changes remembered.
  static constexpr std::size_t most_observed = 64;

 private:
  std::size_t limit_;
  std::size_t used_ = 0;
  std::deque<inference::chat_turn> history_;
  std::deque<inference::observation> observed_;
};

} // namespace ocelli::actors
