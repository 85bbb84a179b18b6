#include "inference/vision/upright.hpp"

#include <catch2/catch.hpp>

#include <vector>

namespace ocelli::inference {

namespace {

// two rows of three pixels; what a camera saw that stored them so, by orientation
const std::vector<std::uint8_t> stored = {1, 2, 3, 4, 5, 6};
const std::vector<std::vector<std::uint8_t>> seen = {{1, 2, 3, 4, 5, 6}, {3, 2, 1, 6, 5, 4},
    {6, 5, 4, 3, 2, 1}, {4, 5, 6, 1, 2, 3}, {1, 4, 2, 5, 3, 6}, {4, 1, 5, 2, 6, 3},
    {6, 3, 5, 2, 4, 1}, {3, 6, 2, 5, 1, 4}};

std::vector<std::uint8_t> bytes_of(const pixel_view& pixels) {
  std::vector<std::uint8_t> result;
  for (std::size_t y = 0; y < pixels.height; ++y) {
    result.insert(result.end(), pixels.row(y), pixels.row(y) + pixels.width * pixels.channels);
  }
  return result;
}

} // namespace

TEST_CASE("every orientation turns the stored pixels into what the camera saw") {
  const auto orientation = GENERATE(range(1, 9));
  CAPTURE(orientation);
  auto bytes = stored;
  scratch_memory memory;
  const auto pixels =
      make_upright({.data = bytes.data(), .width = 3, .height = 2, .channels = 1, .stride = 3},
          steps_of(static_cast<std::uint8_t>(orientation)), memory);
  CHECK(pixels.width == (orientation < 5 ? 3 : 2));
  CHECK(pixels.height == (orientation < 5 ? 2 : 3));
  CHECK(bytes_of(pixels) == seen[static_cast<std::size_t>(orientation - 1)]);
}

TEST_CASE("a region of the upright picture is found among the stored pixels") {
  const auto orientation = GENERATE(range(1, 9));
  CAPTURE(orientation);
  const auto steps = steps_of(static_cast<std::uint8_t>(orientation));
  const std::size_t width = steps.transposed ? 2 : 3;
  const std::size_t height = steps.transposed ? 3 : 2;
  for (std::size_t y = 0; y < height; ++y) {
    for (std::size_t x = 0; x < width; ++x) {
      const auto region =
          stored_region({.left = x, .top = y, .width = 1, .height = 1}, width, height, steps);
      CHECK(region.width == 1);
      CHECK(region.height == 1);
      CHECK(stored[region.top * 3 + region.left] ==
            seen[static_cast<std::size_t>(orientation - 1)][y * width + x]);
    }
  }
  const auto whole = stored_region({.width = width, .height = height}, width, height, steps);
  CHECK(whole == pixel_region{.width = 3, .height = 2});
}

} // namespace ocelli::inference
