#pragma once

#include "inference/vision/byte_view.hpp"

#include <cstdint>

namespace ocelli::inference {

/// The orientation (1 to 8) that a TIFF structure of EXIF data names in its first directory, 1 when
/// it names none or is broken: a picture is not refused for its metadata. (Exif 2.32,
/// section 4.6.4, tag 274.) Thread-safe.
std::uint8_t read_exif_orientation(byte_view tiff) noexcept;

} // namespace ocelli::inference
