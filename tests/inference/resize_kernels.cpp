#include "inference/vision/resize_kernels.hpp"

#include "inference/vision/antialiased_resizer.hpp"

#include <catch2/catch.hpp>

#include <random>
#include <vector>

namespace ocelli::inference {

TEST_CASE("the fastest kernels give the bytes of the portable ones and read nothing else") {
  INFO(fastest_kernels().name);
  std::mt19937 random(6);
  const auto between = [&random](std::size_t low, std::size_t high) {
    return std::uniform_int_distribution<std::size_t>(low, high)(random);
  };
  antialiased_resizer fastest(fastest_kernels());
  antialiased_resizer portable(portable_kernels());
  for (int round = 0; round < 300; ++round) {
    const auto axis = [&] {
      resize_axis result{.length = between(1, 300), .full = between(1, 120)};
      result.begin = between(0, result.full - 1);
      result.places = between(1, result.full - result.begin);
      return result;
    };
    const auto columns = axis();
    const auto rows = axis();
    const std::size_t channels = round % 4 == 0 ? 1 : 3;
    CAPTURE(round, columns.length, columns.full, columns.begin, columns.places, rows.length,
        rows.full, rows.begin, rows.places, channels);
    const auto region = portable.prepare(columns, rows);
    REQUIRE(fastest.prepare(columns, rows) == region);
    // exactly as large as it must be, for the address sanitizer
    std::vector<std::uint8_t> bytes(region.width * region.height * channels);
    for (auto& byte : bytes) {
      byte = static_cast<std::uint8_t>(random() % 3 == 0 ? 255 : random());
    }
    bytes.shrink_to_fit();
    const pixel_view part{.data = bytes.data(),
        .width = region.width,
        .height = region.height,
        .channels = channels,
        .stride = region.width * channels};
    std::vector<std::uint8_t> expected(columns.places * rows.places * channels);
    std::vector<std::uint8_t> found(expected.size());
    portable.resize(part, expected);
    fastest.resize(part, found);
    REQUIRE(found == expected);
  }
}

} // namespace ocelli::inference
