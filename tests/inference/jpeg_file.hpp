#pragma once

#include <opencv2/core.hpp>

#include <cstddef>
#include <vector>

namespace ocelli::tests {

/// How a JPEG is written.
struct jpeg_options {
  int quality = 90;
  int horizontal_sampling = 2; ///< Luma samples per chroma sample, 1 to 4.
  int vertical_sampling = 2;   ///< Luma samples per chroma sample, 1 to 4.
  bool progressive = false;
  unsigned restart_interval = 0; ///< Blocks between restart markers, 0 for none.
};

/// Writes a picture, blue first or grey, as a JPEG.
std::vector<std::byte> write_jpeg(const cv::Mat& pixels, const jpeg_options& options = {});

} // namespace ocelli::tests
