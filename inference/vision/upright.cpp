#include "inference/vision/upright.hpp"

#include <opencv2/core.hpp>

#include <utility>

namespace ocelli::inference {

namespace {

cv::Mat matrix_of(const pixel_view& pixels) {
  return {static_cast<int>(pixels.height), static_cast<int>(pixels.width),
      CV_8UC(static_cast<int>(pixels.channels)), pixels.data, pixels.stride};
}

} // namespace

orientation_steps steps_of(std::uint8_t orientation) noexcept {
  return {.transposed = orientation >= 5,
      .mirrored = orientation == 2 || orientation == 3 || orientation == 6 || orientation == 7,
      .upside_down = orientation == 3 || orientation == 4 || orientation == 7 || orientation == 8};
}

pixel_region stored_region(const pixel_region& upright, std::size_t width, std::size_t height,
    orientation_steps steps) noexcept {
  pixel_region stored = upright;
  if (steps.mirrored) {
    stored.left = width - upright.left - upright.width;
  }
  if (steps.upside_down) {
    stored.top = height - upright.top - upright.height;
  }
  if (steps.transposed) {
    std::swap(stored.left, stored.top);
    std::swap(stored.width, stored.height);
  }
  return stored;
}

pixel_view make_upright(const pixel_view& stored, orientation_steps steps, scratch_memory& memory) {
  pixel_view pixels = stored;
  if (steps.transposed) {
    const std::size_t stride = stored.height * stored.channels;
    pixels = {.data = memory.take(stride * stored.width),
        .width = stored.height,
        .height = stored.width,
        .channels = stored.channels,
        .stride = stride};
    cv::Mat target = matrix_of(pixels);
    cv::transpose(matrix_of(stored), target);
  }
  if (steps.mirrored || steps.upside_down) {
    constexpr int left_to_right = 1;
    constexpr int top_to_bottom = 0;
    constexpr int both = -1;
    cv::Mat target = matrix_of(pixels);
    cv::flip(target, target,
        steps.mirrored && steps.upside_down ? both
                                            : (steps.mirrored ? left_to_right : top_to_bottom));
  }
  return pixels;
}

} // namespace ocelli::inference
