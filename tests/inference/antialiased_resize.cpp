#include "inference/vision/antialiased_resize.hpp"

#include <catch2/catch.hpp>

#include <vector>

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

TEST_CASE("a picture of one colour keeps it at every size") {
  const std::size_t width = GENERATE(1U, 7U, 100U, 3'000U);
  const std::size_t channels = GENERATE(1U, 3U);
  constexpr std::size_t height = 13;
  const std::vector<std::uint8_t> pixels(width * height * channels, 255);
  std::vector<std::uint8_t> output(10 * 8 * channels);
  antialiased_resize({pixels.data(), width, height, channels, width * channels},
      centered_window(width, height, 11, 10, 8), output);
  CHECK(output == std::vector<std::uint8_t>(output.size(), 255));
}

TEST_CASE("a picture that needs no resizing is cut out unchanged") {
  std::vector<std::uint8_t> pixels(6 * 4);
  for (std::size_t i = 0; i < pixels.size(); ++i) {
    pixels[i] = static_cast<std::uint8_t>(i);
  }
  std::vector<std::uint8_t> output(4);
  antialiased_resize({pixels.data(), 6, 4, 1, 6}, centered_window(6, 4, 4, 2, 2), output);
  CHECK(output == std::vector<std::uint8_t>{8, 9, 14, 15});
}

TEST_CASE("reducing by two weighs four neighbours, one eighth and three eighths") {
  const std::vector<std::uint8_t> pixels = {0, 0, 0, 0, 240, 0, 0, 0};
  std::vector<std::uint8_t> output(4);
  antialiased_resize({pixels.data(), 8, 1, 1, 8},
      {.full_width = 4, .full_height = 1, .width = 4, .height = 1}, output);
  CHECK(output == std::vector<std::uint8_t>{0, 30, 90, 0});
}

} // namespace ocelli::inference
