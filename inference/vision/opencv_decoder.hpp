#pragma once

#include "inference/vision/image_header.hpp"
#include "inference/vision/pixels.hpp"
#include "inference/vision/scratch_memory.hpp"

#include <cstddef>
#include <optional>
#include <span>

namespace ocelli::inference {

/// Decodes a PNG, WebP or BMP with OpenCV, to the colours that Pillow gives, blue first. Returns a
/// view of all its pixels as they are stored, in `memory`, or nothing when the image is broken or
/// not what `header` says. Throws `std::bad_alloc`. Thread-safe.
std::optional<pixel_view> decode_with_opencv(
    std::span<const std::byte> image, const image_header& header, scratch_memory& memory);

} // namespace ocelli::inference
