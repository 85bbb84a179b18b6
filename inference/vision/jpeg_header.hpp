#pragma once

#include "inference/vision/byte_view.hpp"
#include "inference/vision/image_header.hpp"

namespace ocelli::inference {

/// Walks the markers of a JPEG up to its end marker (ITU-T T.81, annex B). Refuses more than 100
/// scans: every scan of a progressive JPEG is a pass over all pixels, and a few bytes suffice to
/// ask for one. Thread-safe.
image_header_result read_jpeg_header(byte_view file);

} // namespace ocelli::inference
