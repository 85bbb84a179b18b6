#include "inference/vision/jpeg_decoder.hpp"

#include "inference/jpeg_file.hpp"
#include "inference/test_files.hpp"

#include <catch2/catch.hpp>
#include <opencv2/imgcodecs.hpp>

#include <algorithm>
#include <random>

namespace ocelli::inference {

namespace {

using tests::data_file;
using tests::read_bytes;
using tests::read_pixels;
using tests::write_jpeg;

jpeg_request whole_of(std::size_t width, std::size_t height, std::size_t reduction) {
  return {.width = static_cast<std::uint32_t>(width),
      .height = static_cast<std::uint32_t>(height),
      .reduction = reduction,
      .part = {.width = (width + reduction - 1) / reduction,
          .height = (height + reduction - 1) / reduction},
      .color = color_order::bgr};
}

std::vector<std::uint8_t> bytes_of(const pixel_view& pixels, const pixel_region& part) {
  std::vector<std::uint8_t> result;
  for (std::size_t y = 0; y < part.height; ++y) {
    const auto* row = pixels.row(part.top + y) + part.left * pixels.channels;
    result.insert(result.end(), row, row + part.width * pixels.channels);
  }
  return result;
}

} // namespace

TEST_CASE("a picture is halved from four times its size on, and again while four times are left") {
  CHECK(jpeg_reduction(1, 256) == 1);
  CHECK(jpeg_reduction(1'023, 256) == 1);
  CHECK(jpeg_reduction(1'024, 256) == 2);
  CHECK(jpeg_reduction(4'095, 256) == 2);
  CHECK(jpeg_reduction(4'096, 256) == 4);
  CHECK(jpeg_reduction(8'191, 256) == 4);
  CHECK(jpeg_reduction(8'192, 256) == 8);
  CHECK(jpeg_reduction(60'000, 256) == 8);
}

TEST_CASE("a whole JPEG has the pixels that OpenCV gives") {
  const std::string name = GENERATE("images/rgb.jpg", "images/rgb_444.jpg", "images/gray.jpg",
      "images/progressive.jpg", "images/restart.jpg", "photographs/chelsea.jpg");
  CAPTURE(name);
  const auto file = read_bytes(data_file(name));
  const cv::Mat expected = cv::imread(data_file(name).string(), cv::IMREAD_COLOR);
  const auto request =
      whole_of(static_cast<std::size_t>(expected.cols), static_cast<std::size_t>(expected.rows), 1);
  scratch_memory memory;
  const auto pixels = decode_jpeg(file, request, memory);
  REQUIRE(pixels);
  REQUIRE(pixels->channels == 3);
  CHECK(bytes_of(*pixels, request.part) ==
        std::vector<std::uint8_t>(expected.datastart, expected.dataend));
}

TEST_CASE("a part of a JPEG has the pixels of the whole one, in every kind and at every scale") {
  struct kind {
    int horizontal, vertical;
    bool progressive;
    unsigned restart_interval;
  };
  const auto [horizontal, vertical, progressive, restart_interval] =
      GENERATE(kind{1, 1, false, 0}, kind{2, 2, false, 0}, kind{2, 1, false, 0},
          kind{1, 2, false, 0}, kind{4, 1, false, 0}, kind{1, 4, false, 0}, kind{4, 2, false, 0},
          kind{2, 2, false, 7}, kind{2, 2, true, 0}, kind{2, 1, true, 0});
  const std::size_t reduction = GENERATE(1U, 2U, 4U, 8U);
  CAPTURE(horizontal, vertical, progressive, restart_interval, reduction);
  const cv::Mat photograph =
      read_pixels(data_file("photographs/coffee.jpg"))(cv::Rect(100, 80, 203, 171));
  const auto file = write_jpeg(photograph, {.horizontal_sampling = horizontal,
                                               .vertical_sampling = vertical,
                                               .progressive = progressive,
                                               .restart_interval = restart_interval});
  auto request = whole_of(203, 171, reduction);
  const auto full = request.part;
  scratch_memory memory;
  const auto whole = decode_jpeg(file, request, memory);
  REQUIRE(whole);
  std::mt19937 random(static_cast<std::uint32_t>(reduction));
  const auto between = [&random](std::size_t low, std::size_t high) {
    return std::uniform_int_distribution<std::size_t>(low, high)(random);
  };
  for (int round = 0; round < 25; ++round) {
    request.part.left = between(0, full.width - 1);
    request.part.top = between(0, full.height - 1);
    request.part.width = between(1, full.width - request.part.left);
    request.part.height = between(1, full.height - request.part.top);
    CAPTURE(request.part.left, request.part.top, request.part.width, request.part.height);
    scratch_memory part_memory;
    const auto part = decode_jpeg(file, request, part_memory);
    REQUIRE(part);
    REQUIRE(bytes_of(*part, {.width = part->width, .height = part->height}) ==
            bytes_of(*whole, request.part));
  }
}

TEST_CASE("colours come in the order that is asked for, CMYK as well") {
  const std::string name = GENERATE("rgb.jpg", "cmyk.jpg", "gray.jpg");
  CAPTURE(name);
  const auto file = read_bytes(data_file("images/" + name));
  auto request = whole_of(40, 28, 1);
  scratch_memory bgr_memory;
  scratch_memory rgb_memory;
  scratch_memory gray_memory;
  const auto bgr = decode_jpeg(file, request, bgr_memory);
  request.color = color_order::rgb;
  const auto rgb = decode_jpeg(file, request, rgb_memory);
  request.color = color_order::gray;
  const auto gray = decode_jpeg(file, request, gray_memory);
  REQUIRE((bgr && rgb && gray));
  REQUIRE(gray->channels == 1);
  for (std::size_t y = 0; y < 28; ++y) {
    for (std::size_t x = 0; x < 40; ++x) {
      const auto* first = bgr->row(y) + x * 3;
      const auto* second = rgb->row(y) + x * 3;
      REQUIRE(first[0] == second[2]);
      REQUIRE(first[1] == second[1]);
      REQUIRE(first[2] == second[0]);
      REQUIRE(gray->row(y)[x] ==
              (second[0] * 19595 + second[1] * 38470 + second[2] * 7471 + 0x8000) >> 16);
    }
  }
}

TEST_CASE("a JPEG that is not what its header said, or is cut off, is nothing") {
  const auto file = read_bytes(data_file("images/rgb.jpg"));
  scratch_memory memory;
  REQUIRE(decode_jpeg(file, whole_of(40, 28, 1), memory));
  CHECK_FALSE(decode_jpeg(file, whole_of(40, 29, 1), memory));
  CHECK_FALSE(decode_jpeg(file, whole_of(41, 28, 1), memory));
  for (std::size_t size = 0; size < file.size() - 2; size += 20) {
    CAPTURE(size);
    CHECK_FALSE(decode_jpeg(std::span(file).first(size), whole_of(40, 28, 1), memory));
  }
}

} // namespace ocelli::inference
