#include "inference/vision/resize_window.hpp"

#include <catch2/catch.hpp>

namespace ocelli::inference {

TEST_CASE("the window of Resize and CenterCrop follows torchvision's rounding") {
  struct row {
    std::size_t width, height, shorter, crop_width, crop_height;
    std::uint64_t full_width, full_height, left, top;
  };
  // calculated with torchvision 0.26
  const auto [width, height, shorter, crop_width, crop_height, full_width, full_height, left, top] =
      GENERATE(row{640, 480, 256, 224, 224, 341, 256, 58, 16},
          row{480, 640, 256, 224, 224, 256, 341, 16, 58},
          row{256, 256, 256, 224, 224, 256, 256, 16, 16}, row{28, 28, 28, 28, 28, 28, 28, 0, 0},
          row{400, 300, 250, 225, 225, 333, 250, 54, 12},
          row{301, 300, 256, 224, 223, 256, 256, 16, 16},
          row{300, 301, 255, 224, 224, 255, 255, 16, 16},
          row{1, 50'000'000, 256, 224, 224, 256, 12'800'000'000, 16, 6'399'999'888});
  const auto window = centered_window(width, height, shorter, crop_width, crop_height);
  CHECK(window.full_width == full_width);
  CHECK(window.full_height == full_height);
  CHECK(window.left == left);
  CHECK(window.top == top);
}

} // namespace ocelli::inference
