#pragma once

#include <cstddef>
#include <memory>
#include <span>

namespace ocelli::inference {

/// The bytes of one encoded image, constant, with whatever keeps them alive: a pooled buffer or the
/// message they came in. Copies share the bytes. Thread-safe as `std::shared_ptr` is.
struct image_bytes {
  std::span<const std::byte> bytes;
  std::shared_ptr<const void> owner;
};

} // namespace ocelli::inference
