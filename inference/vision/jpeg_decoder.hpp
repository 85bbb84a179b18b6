#pragma once

#include "inference/vision/input_spec.hpp"
#include "inference/vision/pixels.hpp"
#include "inference/vision/scratch_memory.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace ocelli::inference {

/// What of a JPEG is wanted.
struct jpeg_request {
  std::uint32_t width = 0;   ///< Of the whole picture, as its header says, in pixels.
  std::uint32_t height = 0;  ///< Of the whole picture, as its header says, in pixels.
  std::size_t reduction = 1; ///< 1, 2, 4 or 8 original pixels in each direction become one.
  pixel_region part;         ///< In reduced pixels, inside the picture.
  color_order color = color_order::rgb;
};

/// How far a picture whose shorter side has `shorter` pixels, and is resized to `wanted` pixels
/// afterwards, is reduced before: by 2 when it has at least four times as many, and by 4 and 8 when
/// four times as many are left then. What the first step of that saves is worth the most; further
/// ones cost more likeness than they save time, except where enough is left. Thread-safe.
std::size_t jpeg_reduction(std::size_t shorter, std::size_t wanted) noexcept;

/// Decodes a part of a JPEG with libjpeg, to the pixels that Pillow gives; a reduced one is made of
/// fewer coefficients, which is faster and close to the mean of the pixels that become one. Colours
/// become grey with the luma of ITU-R BT.601; CMYK is taken as Adobe writes it. Returns a view of
/// the part in `memory`, or nothing when the JPEG is broken. Throws `std::bad_alloc`. Thread-safe.
std::optional<pixel_view> decode_jpeg(
    std::span<const std::byte> file, const jpeg_request& request, scratch_memory& memory);

} // namespace ocelli::inference
