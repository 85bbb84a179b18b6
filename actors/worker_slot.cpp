#include "actors/worker_slot.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace ocelli::actors {

claimed_batch* worker_slot::find(std::uint64_t batch) {
  auto position = std::find_if(
      batches.begin(), batches.end(), [batch](const auto& x) { return x.work->id == batch; });
  return position == batches.end() ? nullptr : &*position;
}

claimed_batch worker_slot::take(std::uint64_t batch) {
  auto* found = find(batch);
  assert(found != nullptr);
  auto taken = std::move(*found);
  batches.erase(batches.begin() + (found - batches.data()));
  return taken;
}

std::shared_ptr<inference::batch_buffer> worker_slot::take_buffer(
    const std::function<std::shared_ptr<inference::batch_buffer>()>& make) {
  if (buffers_.empty())
    return make();
  auto buffer = std::move(buffers_.back());
  buffers_.pop_back();
  return buffer;
}

std::optional<time_point> worker_slot::overdue_at(std::chrono::nanoseconds limit) const {
  if (batches.empty())
    return std::nullopt;
  auto oldest = std::min_element(batches.begin(), batches.end(),
      [](const auto& a, const auto& b) { return a.since < b.since; });
  return oldest->since + limit;
}

std::vector<claimed_batch> worker_slot::abandon() { return std::exchange(batches, {}); }

} // namespace ocelli::actors
