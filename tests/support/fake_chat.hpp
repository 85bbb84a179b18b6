#pragma once

#include "inference/chat/chat_backend.hpp"

#include <stdexcept>
#include <string>
#include <vector>

namespace ocelli::test {

/// Answers `echo: QUESTION`, in two tokens. Questions `refuse`, `break` and `break hard` are thrown
/// at.
class fake_chat : public inference::chat_backend {
 public:
  std::string answer(const inference::conversation& asked, const inference::token_handler& token,
      std::stop_token) override {
    if (asked.question == "refuse")
      throw inference::chat_error("no passage found");
    if (asked.question == "break")
      throw std::runtime_error("secret detail");
    if (asked.question == "break hard")
      throw 42;
    token("echo: ");
    token(asked.question);
    return "echo: " + asked.question;
  }
};

} // namespace ocelli::test
