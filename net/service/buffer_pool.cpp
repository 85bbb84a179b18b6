#include "net/service/buffer_pool.hpp"

#include <climits>

#include <algorithm>
#include <bit>

namespace ocelli::net {

namespace {

using memory = std::unique_ptr<std::byte[]>;

constexpr std::size_t smallest = 4'096;

} // namespace

struct buffer_pool::state {
  explicit state(std::size_t kept_bytes) : limit(kept_bytes) {}

  memory find(std::size_t capacity) {
    std::lock_guard lock{mutex};
    auto& free = free_by_width[static_cast<std::size_t>(std::bit_width(capacity))];
    if (free.empty())
      return nullptr;
    auto result = std::move(free.back());
    free.pop_back();
    kept -= capacity;
    return result;
  }

  void give_back(memory block, std::size_t capacity) noexcept {
    std::lock_guard lock{mutex};
    if (capacity > limit - kept)
      return;
    auto& free = free_by_width[static_cast<std::size_t>(std::bit_width(capacity))];
    try {
      free.push_back(std::move(block));
      kept += capacity;
    } catch (const std::bad_alloc&) {
      // then the block is freed, which is what memory that is short needs
    }
  }

  const std::size_t limit;
  mutable std::mutex mutex;
  std::size_t kept = 0;
  std::array<std::vector<memory>, sizeof(std::size_t) * CHAR_BIT + 1> free_by_width;
};

buffer_pool::buffer_pool(std::size_t kept_bytes) : state_(std::make_shared<state>(kept_bytes)) {}

buffer_pool::buffer buffer_pool::take(std::size_t size) {
  auto capacity = std::bit_ceil(std::max(size, smallest));
  auto block = state_->find(capacity);
  if (block == nullptr)
    block = std::make_unique_for_overwrite<std::byte[]>(capacity);
  auto start = block.get();
  std::shared_ptr<const void> owner{block.release(),
      [held = state_, capacity](std::byte* freed) { held->give_back(memory{freed}, capacity); }};
  return {{start, capacity}, std::move(owner)};
}

std::size_t buffer_pool::kept() const {
  std::lock_guard lock{state_->mutex};
  return state_->kept;
}

} // namespace ocelli::net
