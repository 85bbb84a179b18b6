#pragma once

#include <cstddef>

namespace ocelli::tests {

/// What the thread has allocated since the counter was made, by whatever library: malloc and its
/// relatives are this program's own. One at a time per thread.
class allocation_counter {
 public:
  allocation_counter() noexcept;
  ~allocation_counter();
  allocation_counter(const allocation_counter&) = delete;
  allocation_counter& operator=(const allocation_counter&) = delete;

  std::size_t count() const noexcept;
  /// Bytes of the largest allocation.
  std::size_t largest() const noexcept;
};

} // namespace ocelli::tests
