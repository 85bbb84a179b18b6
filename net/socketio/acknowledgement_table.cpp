#include "net/socketio/acknowledgement_table.hpp"

namespace ocelli::socketio {

std::optional<std::uint64_t> acknowledgement_table::add(
    answer_handler handler, time_point deadline, std::size_t most) {
  if (waiting_.size() >= most)
    return std::nullopt;
  const auto id = next_id_++;
  waiting_.emplace(id, waiting{std::move(handler), deadline});
  deadlines_.emplace(deadline, id);
  return id;
}

answer_handler acknowledgement_table::take(std::uint64_t id) {
  auto node = waiting_.extract(id);
  if (node.empty())
    return nullptr;
  deadlines_.erase({node.mapped().deadline, id});
  return std::move(node.mapped().handler);
}

std::vector<answer_handler> acknowledgement_table::take_expired(time_point now) {
  std::vector<answer_handler> expired;
  while (!deadlines_.empty() && deadlines_.begin()->first <= now)
    expired.push_back(take(deadlines_.begin()->second));
  return expired;
}

std::vector<answer_handler> acknowledgement_table::take_all() {
  std::vector<answer_handler> all;
  for (auto& [id, each] : std::exchange(waiting_, {}))
    all.push_back(std::move(each.handler));
  deadlines_.clear();
  return all;
}

std::optional<acknowledgement_table::time_point> acknowledgement_table::next_deadline() const {
  if (deadlines_.empty())
    return std::nullopt;
  return deadlines_.begin()->first;
}

} // namespace ocelli::socketio
