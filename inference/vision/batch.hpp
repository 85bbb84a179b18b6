#pragma once

#include "inference/vision/batch_buffer.hpp"
#include "inference/vision/image_bytes.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace ocelli::inference {

/// One image on its way through a batch.
struct batch_item {
  image_bytes image;
  /// Empty after preparation when the row holds the image; else why it could not be decoded, in
  /// words for the client.
  std::string failure;
};

/// A batch on its way through preparation (decode threads) and an engine. Owned by one part at a
/// time.
struct batch {
  std::uint64_t id = 0;
  std::vector<batch_item> items;
  /// Row i belongs to item i until `prepared`; then rows hold the items without failure, in order.
  std::shared_ptr<batch_buffer> buffer;
  /// Time spent decoding and resizing, of the slowest thread.
  std::chrono::nanoseconds preparation{0};
};

using batch_ptr = std::shared_ptr<batch>;

} // namespace ocelli::inference
