#include "actors/byte_budget.hpp"

namespace ocelli::actors {

byte_budget::lease byte_budget::acquire(std::uint64_t bytes) {
  if (bytes > limit_ || overhead > limit_ - bytes)
    return nullptr;
  auto amount = bytes + overhead;
  auto used = used_.load(std::memory_order_relaxed);
  do {
    if (used > limit_ - amount)
      return nullptr;
  } while (!used_.compare_exchange_weak(used, used + amount, std::memory_order_relaxed));
  // the pointer only has to differ from nullptr; the deleter runs even when making the control
  // block throws
  return lease(this, [budget = shared_from_this(), amount](const void*) {
    budget->used_.fetch_sub(amount, std::memory_order_relaxed);
  });
}

} // namespace ocelli::actors
