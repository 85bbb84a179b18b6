#pragma once

#include "inference/vision/batch_buffer.hpp"
#include "inference/vision/model_placement.hpp"

#include <vector>

namespace ocelli::inference {

/// Memory for batches that are copied to `devices`: pinned where there is an accelerator, which
/// then copies by itself while the thread goes on.
batch_buffer::memory_source memory_for_batches(const std::vector<model_device>& devices);

/// Memory that an accelerator copies from and to by itself. Throws what LibTorch throws when there
/// is no accelerator.
std::shared_ptr<std::uint8_t[]> pinned_memory(std::size_t bytes);

} // namespace ocelli::inference
