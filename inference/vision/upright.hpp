#pragma once

#include "inference/vision/pixels.hpp"
#include "inference/vision/scratch_memory.hpp"

#include <cstddef>
#include <cstdint>

namespace ocelli::inference {

/// What an EXIF orientation, 1 to 8 (Exif 2.32, section 4.6.4, tag 274), says about stored pixels:
/// they are transposed first, then mirrored.
struct orientation_steps {
  bool transposed = false; ///< Rows become columns.
  bool mirrored = false;   ///< Left becomes right.
  bool upside_down = false;
};

/// Thread-safe.
orientation_steps steps_of(std::uint8_t orientation) noexcept;

/// Where a region of the upright picture, `width` by `height` pixels, is stored. Thread-safe.
pixel_region stored_region(const pixel_region& upright, std::size_t width, std::size_t height,
    orientation_steps steps) noexcept;

/// Turns and mirrors stored pixels into what the camera saw, in place or into `memory`. Throws
/// `std::bad_alloc`. Thread-safe.
pixel_view make_upright(const pixel_view& stored, orientation_steps steps, scratch_memory& memory);

} // namespace ocelli::inference
