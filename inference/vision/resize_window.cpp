#include "inference/vision/resize_window.hpp"

#include <cassert>

namespace ocelli::inference {

namespace {

std::uint64_t half_to_even(std::uint64_t doubled) {
  const std::uint64_t down = doubled / 2;
  return doubled % 2 == 0 ? down : down + down % 2;
}

} // namespace

resize_window centered_window(std::size_t picture_width, std::size_t picture_height,
    std::size_t shorter_side, std::size_t width, std::size_t height) noexcept {
  assert(width <= shorter_side && height <= shorter_side);
  resize_window window{
      .full_width = shorter_side, .full_height = shorter_side, .width = width, .height = height};
  if (picture_width <= picture_height) {
    window.full_height = std::uint64_t{shorter_side} * picture_height / picture_width;
  } else {
    window.full_width = std::uint64_t{shorter_side} * picture_width / picture_height;
  }
  window.left = half_to_even(window.full_width - width);
  window.top = half_to_even(window.full_height - height);
  return window;
}

} // namespace ocelli::inference
