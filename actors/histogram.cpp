#include "actors/histogram.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace ocelli::actors {

histogram::histogram(std::vector<std::uint64_t> bounds)
    : bounds_(std::move(bounds)), in_range_(bounds_.size() + 1) {
  assert(std::is_sorted(bounds_.begin(), bounds_.end()));
}

void histogram::observe(std::uint64_t value) noexcept {
  auto range = std::lower_bound(bounds_.begin(), bounds_.end(), value) - bounds_.begin();
  in_range_[static_cast<std::size_t>(range)].fetch_add(1, std::memory_order_relaxed);
  sum_.fetch_add(value, std::memory_order_relaxed);
}

histogram::counted histogram::read() const {
  counted result;
  result.in_range.reserve(in_range_.size());
  for (const auto& count : in_range_)
    result.in_range.push_back(count.load(std::memory_order_relaxed));
  result.sum = sum_.load(std::memory_order_relaxed);
  return result;
}

} // namespace ocelli::actors
