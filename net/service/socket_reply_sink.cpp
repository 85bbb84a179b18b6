#include "net/service/socket_reply_sink.hpp"

#include "net/service/reply_json.hpp"

#include <utility>

namespace ocelli::net {

namespace {

actors::delivery to_delivery(socketio::send_result result) noexcept {
  switch (result) {
  case socketio::send_result::accepted:
    return actors::delivery::accepted;
  case socketio::send_result::full:
    return actors::delivery::full;
  case socketio::send_result::closed:
    break;
  }
  return actors::delivery::closed;
}

} // namespace

actors::acknowledgement_id socket_reply_sink::keep(socketio::acknowledgement waiting) {
  std::lock_guard lock{mutex_};
  waiting_.emplace(++last_, std::move(waiting));
  return last_;
}

void socket_reply_sink::close() {
  std::lock_guard lock{mutex_};
  waiting_.clear();
}

actors::delivery socket_reply_sink::respond(const actors::response& object) noexcept {
  auto client = client_.lock();
  return client ? to_delivery(client->emit("response", to_json(object))) : actors::delivery::closed;
}

actors::delivery socket_reply_sink::token(std::string_view delta, const std::string& id) noexcept {
  auto client = client_.lock();
  return client ? to_delivery(client->emit("token", token_json(delta, id)))
                : actors::delivery::closed;
}

actors::delivery socket_reply_sink::acknowledge(
    actors::acknowledgement_id id, const actors::response& object) noexcept {
  socketio::acknowledgement found;
  {
    std::lock_guard lock{mutex_};
    auto node = waiting_.extract(id);
    if (node.empty())
      return actors::delivery::closed;
    found = std::move(node.mapped());
  }
  return to_delivery(found(to_json(object)));
}

} // namespace ocelli::net
