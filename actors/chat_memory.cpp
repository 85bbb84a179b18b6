#include "actors/chat_memory.hpp"

#include <utility>

namespace ocelli::actors {

namespace {

std::size_t bytes_of(const inference::chat_turn& turn) {
  return turn.question.size() + turn.answer.size();
}

} // namespace

void chat_memory::remember(inference::chat_turn turn) {
  used_ += bytes_of(turn);
  history_.push_back(std::move(turn));
  while (used_ > limit_) {
    used_ -= bytes_of(history_.front());
    history_.pop_front();
  }
}

void chat_memory::observe(const std::string& label) {
  if (!observed_.empty() && observed_.back().label == label) {
    ++observed_.back().frames;
    return;
  }
  observed_.push_back({label, 1});
  if (observed_.size() > most_observed)
    observed_.pop_front();
}

inference::conversation chat_memory::recall(const std::string& question) const {
  inference::conversation asked;
  asked.history.assign(history_.begin(), history_.end());
  asked.observed.assign(observed_.begin(), observed_.end());
  asked.question = question;
  return asked;
}

} // namespace ocelli::actors
