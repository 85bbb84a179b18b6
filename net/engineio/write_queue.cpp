#include "net/engineio/write_queue.hpp"

#include <algorithm>
#include <utility>

namespace ocelli::engineio {

write_queue::write_queue(std::size_t bytes, std::size_t packets) noexcept
    : max_bytes_(bytes), max_packets_(packets) {}

bool write_queue::push(message_group group) {
  std::size_t bytes = 0;
  for (const auto& message : group)
    bytes += message.data->size();
  if (bytes > max_bytes_ - bytes_ || group.size() > max_packets_ - messages_.size())
    return false;
  std::move(group.begin(), group.end(), std::back_inserter(messages_));
  bytes_ += bytes;
  return true;
}

void write_queue::pop() {
  bytes_ -= messages_.front().data->size();
  messages_.pop_front();
  // An empty deque keeps its last block, and there is one queue for every idle client.
  if (messages_.empty())
    messages_.shrink_to_fit();
}

std::vector<outgoing_message> write_queue::take(std::size_t packets) {
  std::vector<outgoing_message> taken;
  taken.reserve(std::min(packets, messages_.size()));
  while (taken.size() < packets && !messages_.empty()) {
    taken.push_back(messages_.front());
    pop();
  }
  return taken;
}

void write_queue::clear() noexcept {
  messages_.clear();
  bytes_ = 0;
}

} // namespace ocelli::engineio
