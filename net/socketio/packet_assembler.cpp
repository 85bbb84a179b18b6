#include "net/socketio/packet_assembler.hpp"

#include <cassert>
#include <utility>

namespace ocelli::socketio {

void packet_assembler::begin(checked_packet announced) {
  assert(!waiting() && announced.header.attachments != 0);
  bytes_left_ = bytes_;
  pending_ = std::move(announced);
}

bool packet_assembler::add(const engineio::message& incoming) {
  assert(waiting());
  if (incoming.data.size() > bytes_left_) {
    reset();
    return false;
  }
  bytes_left_ -= incoming.data.size();
  pending_->attachments.push_back({incoming.data, incoming.owner});
  return true;
}

std::optional<checked_packet> packet_assembler::take() {
  if (!pending_ || pending_->attachments.size() < pending_->header.attachments)
    return std::nullopt;
  return std::exchange(pending_, std::nullopt);
}

} // namespace ocelli::socketio
