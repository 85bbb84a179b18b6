#include "inference/vision/antialiased_resizer.hpp"

#include <catch2/catch.hpp>

#include <random>
#include <vector>

namespace ocelli::inference {

namespace {

/// A picture of its own, one row behind the other.
struct picture {
  std::vector<std::uint8_t> bytes;
  std::size_t width = 0;
  std::size_t height = 0;
  std::size_t channels = 1;

  pixel_view part(const pixel_region& region) {
    const std::size_t stride = width * channels;
    return {.data = bytes.data() + region.top * stride + region.left * channels,
        .width = region.width,
        .height = region.height,
        .channels = channels,
        .stride = stride};
  }
};

picture noise(std::size_t width, std::size_t height, std::size_t channels) {
  picture result{std::vector<std::uint8_t>(width * height * channels), width, height, channels};
  std::mt19937 random(static_cast<std::uint32_t>(width * 31 + height));
  for (auto& byte : result.bytes) {
    byte = static_cast<std::uint8_t>(random());
  }
  return result;
}

std::vector<std::uint8_t> resized(antialiased_resizer& resizer, picture& input,
    const resize_axis& columns, const resize_axis& rows) {
  std::vector<std::uint8_t> output(columns.places * rows.places * input.channels);
  resizer.resize(input.part(resizer.prepare(columns, rows)), output);
  return output;
}

} // namespace

TEST_CASE("a picture of one colour keeps it at every size") {
  const std::size_t width = GENERATE(1U, 7U, 100U, 3'000U);
  const std::size_t channels = GENERATE(1U, 3U);
  picture white{std::vector<std::uint8_t>(width * 13 * channels, 255), width, 13, channels};
  antialiased_resizer resizer;
  const auto output =
      resized(resizer, white, {.length = width, .full = 15, .begin = 2, .places = 10},
          {.length = 13, .full = 11, .begin = 1, .places = 8});
  CHECK(output == std::vector<std::uint8_t>(output.size(), 255));
}

TEST_CASE("a picture that needs no resizing is cut out unchanged") {
  picture numbers{std::vector<std::uint8_t>(6 * 4), 6, 4, 1};
  for (std::size_t i = 0; i < numbers.bytes.size(); ++i) {
    numbers.bytes[i] = static_cast<std::uint8_t>(i);
  }
  antialiased_resizer resizer;
  CHECK(resized(resizer, numbers, {.length = 6, .full = 6, .begin = 2, .places = 2},
            {.length = 4, .full = 4, .begin = 1, .places = 2}) ==
        std::vector<std::uint8_t>{8, 9, 14, 15});
}

TEST_CASE("a picture that is resized along one axis only keeps its order along the other") {
  picture numbers{{10, 20, 30, 40, 50, 60, 70, 80}, 2, 4, 1};
  antialiased_resizer resizer;
  CHECK(
      resized(resizer, numbers, {.length = 2, .full = 2, .begin = 1, .places = 1},
          {.length = 4, .full = 2, .begin = 0, .places = 2}) == std::vector<std::uint8_t>{34, 66});
}

TEST_CASE("reducing by two weighs four neighbours, one eighth and three eighths") {
  picture line{{0, 0, 0, 0, 240, 0, 0, 0}, 8, 1, 1};
  antialiased_resizer resizer;
  CHECK(resized(resizer, line, {.length = 8, .full = 4, .places = 4},
            {.length = 1, .full = 1, .places = 1}) == std::vector<std::uint8_t>{0, 30, 90, 0});
}

TEST_CASE("only the part that the window needs is asked for") {
  antialiased_resizer resizer;
  // 480 rows to 256: a place reaches 1.875 pixels to both sides
  const auto part = resizer.prepare({.length = 640, .full = 341, .begin = 58, .places = 224},
      {.length = 480, .full = 256, .begin = 16, .places = 224});
  CHECK(part.left == 108);
  CHECK(part.top == 29);
  CHECK(part.width == 422);
  CHECK(part.height == 422);
}

TEST_CASE("a resizer gives the same bytes again after pictures of other sizes") {
  antialiased_resizer resizer;
  auto first = noise(90, 70, 3);
  auto second = noise(33, 200, 3);
  const resize_axis columns{.length = 90, .full = 40, .begin = 3, .places = 31};
  const resize_axis rows{.length = 70, .full = 35, .begin = 1, .places = 30};
  const auto expected = resized(resizer, first, columns, rows);
  resized(resizer, second, {.length = 33, .full = 50, .begin = 4, .places = 40},
      {.length = 200, .full = 20, .begin = 0, .places = 20});
  CHECK(resized(resizer, first, columns, rows) == expected);
  resizer.trim(0);
  CHECK(resized(resizer, first, columns, rows) == expected);
}

TEST_CASE("a mirrored axis gives the mirrored pixels, for a reduced picture too") {
  const std::size_t reduction = GENERATE(1U, 2U, 4U);
  const std::size_t reduced = (201 + reduction - 1) / reduction;
  auto stored = noise(reduced, 1, 3);
  auto turned = stored;
  for (std::size_t x = 0; x < reduced; ++x) {
    std::copy_n(&stored.bytes[x * 3], 3, &turned.bytes[(reduced - 1 - x) * 3]);
  }
  antialiased_resizer resizer;
  const resize_axis row{.length = 1, .full = 1, .places = 1};
  const auto straight = resized(
      resizer, stored, {.length = 201, .reduction = reduction, .full = 20, .places = 20}, row);
  const auto mirrored = resized(resizer, turned,
      {.length = 201, .reduction = reduction, .mirrored = true, .full = 20, .places = 20}, row);
  for (std::size_t x = 0; x < 20; ++x) {
    for (std::size_t channel = 0; channel < 3; ++channel) {
      CHECK(std::abs(straight[x * 3 + channel] - mirrored[(19 - x) * 3 + channel]) <= 1);
    }
  }
}

} // namespace ocelli::inference
