#include "net/socketio/socket.hpp"

#include <atomic>
#include <utility>

namespace ocelli::socketio {

struct acknowledgement::state {
  explicit state(sender answer) : send(std::move(answer)) {}

  std::atomic<bool> answered = false;
  sender send;
};

acknowledgement::acknowledgement(sender send) : state_(std::make_shared<state>(std::move(send))) {}

send_result acknowledgement::operator()(
    std::string arguments, std::vector<engineio::outgoing_message> attachments) const {
  if (!state_ || state_->answered.exchange(true))
    return send_result::closed;
  return state_->send(std::move(arguments), std::move(attachments));
}

} // namespace ocelli::socketio
