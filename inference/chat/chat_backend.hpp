#pragma once

#include <cstdint>
#include <functional>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace ocelli::inference {

/// A question could not be answered; `what()` is told to the client.
class chat_error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// One earlier question and its answer.
struct chat_turn {
  std::string question;
  std::string answer;
};

/// One label this client's frames got, with how many frames in a row had it.
struct observation {
  std::string label;
  std::uint64_t frames = 1;
};

/// Everything an answer may draw on, of one client only.
struct conversation {
  std::vector<chat_turn> history;    ///< Oldest first, bounded by `chat.history_bytes`.
  std::vector<observation> observed; ///< Oldest first, the last 64 changes.
  std::string question;
};

/// Receives an answer piece by piece; the pieces together are the answer.
using token_handler = std::function<void(std::string_view delta)>;

/// Answers questions. One instance may be used by several threads at once.
class chat_backend {
 public:
  virtual ~chat_backend() = default;
  /// Answers the conversation's question; may block. Calls `token` for each piece as it comes.
  /// Returns early when `stop` is requested, with whatever there is. Throws `chat_error`.
  virtual std::string answer(
      const conversation& asked, const token_handler& token, std::stop_token stop) = 0;
};

} // namespace ocelli::inference
