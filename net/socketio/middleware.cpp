#include "net/socketio/middleware.hpp"

#include <atomic>
#include <utility>

namespace ocelli::socketio {

struct continuation::state {
  explicit state(receiver handler) : receive(std::move(handler)) {}

  std::atomic<bool> decided = false;
  receiver receive;
};

continuation::continuation(receiver receive)
    : state_(std::make_shared<state>(std::move(receive))) {}

void continuation::operator()() const { decide(std::nullopt); }

void continuation::refuse(std::string message, std::string data) const {
  decide(refusal{std::move(message), std::move(data)});
}

void continuation::decide(std::optional<refusal> refused) const {
  if (!state_->decided.exchange(true))
    state_->receive(std::move(refused));
}

} // namespace ocelli::socketio
