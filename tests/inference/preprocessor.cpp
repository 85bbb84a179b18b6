#include "inference/vision/preprocessor.hpp"

#include "inference/jpeg_file.hpp"
#include "inference/test_files.hpp"

#include <catch2/catch.hpp>
#include <opencv2/imgcodecs.hpp>

#include <array>
#include <cstdlib>

namespace ocelli::inference {

namespace {

using tests::data_file;
using tests::read_bytes;
using tests::read_pixels;

constexpr std::uint64_t pixel_limit = 50'000'000;

input_spec make_spec(std::uint32_t side, std::uint32_t resize, color_order color) {
  return {.width = side, .height = side, .resize = resize, .color = color};
}

std::vector<std::uint8_t> filled(const input_spec& spec, std::span<const std::byte> image) {
  std::vector<std::uint8_t> row(spec.row_bytes());
  const auto failure = preprocessor(spec, pixel_limit).fill(image, row);
  if (failure) {
    FAIL(*failure);
  }
  return row;
}

std::string failure_of(std::span<const std::byte> image, std::uint64_t limit = pixel_limit) {
  const auto spec = make_spec(24, 24, color_order::rgb);
  std::vector<std::uint8_t> row(spec.row_bytes());
  return preprocessor(spec, limit).fill(image, row).value_or("accepted");
}

struct difference {
  double mean = 0;
  int largest = 0;
};

difference between(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b) {
  REQUIRE(a.size() == b.size());
  difference result;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const int distance = std::abs(int{a[i]} - int{b[i]});
    result.mean += distance;
    result.largest = std::max(result.largest, distance);
  }
  result.mean /= static_cast<double>(a.size());
  return result;
}

std::span<const std::uint8_t> rows_of(const cv::Mat& pixels, int first, int rows) {
  return {pixels.ptr<std::uint8_t>(first), static_cast<std::size_t>(rows) * pixels.step[0]};
}

} // namespace

TEST_CASE("photographs give the pixels of torchvision's Resize and CenterCrop") {
  const std::string name = GENERATE("astronaut", "chelsea", "china", "coffee");
  const auto image = read_bytes(data_file("photographs/" + name + ".jpg"));
  const cv::Mat expected = read_pixels(data_file("photographs/" + name + "_224.webp"));
  const auto row = filled(make_spec(224, 256, color_order::bgr), image);
  const auto found = between(row, rows_of(expected, 0, 224));
  INFO(name << ": mean difference " << found.mean << ", largest " << found.largest);
  // equal bytes on x86-64; the bound leaves room for another rounding of doubles or another libjpeg
  CHECK(found.mean <= 0.01);
  CHECK(found.largest <= 2);
}

TEST_CASE("photographs that are decoded at a reduced scale stay close to torchvision's pixels") {
  const std::string name = GENERATE("astronaut", "chelsea", "china", "coffee");
  // a half, a half, a quarter and an eighth of 480 rows
  const auto [resize, side] =
      GENERATE(table<std::uint32_t, std::uint32_t>({{112, 96}, {56, 48}, {28, 24}, {14, 12}}));
  const auto image = read_bytes(data_file("photographs/" + name + ".jpg"));
  const cv::Mat expected =
      read_pixels(data_file("photographs/" + name + "_" + std::to_string(side) + ".webp"));
  const auto row = filled(make_spec(side, resize, color_order::bgr), image);
  const auto found = between(row, rows_of(expected, 0, static_cast<int>(side)));
  INFO(name << " to " << side << ": mean difference " << found.mean << ", largest "
            << found.largest);
  CHECK(found.mean > 0); // else it was not reduced
  CHECK(found.mean <= 2);
  CHECK(found.largest <= 16);
}

TEST_CASE("a turned photograph at a reduced scale is that photograph") {
  const auto orientation = static_cast<std::uint8_t>(GENERATE(range(2, 9)));
  CAPTURE(orientation);
  // odd sides: the last reduced pixel stands for fewer original ones
  const cv::Mat stored =
      read_pixels(data_file("photographs/chelsea.jpg"))(cv::Rect(0, 0, 633, 475));
  auto jpeg = tests::write_jpeg(stored);
  // an EXIF segment with the orientation only, behind the start of the image
  const std::array<std::uint8_t, 36> segment = {0xFF, 0xE1, 0, 34, 'E', 'x', 'i', 'f', 0, 0, 'M',
      'M', 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation};
  const auto bytes = std::as_bytes(std::span(segment));
  const auto straight = filled(make_spec(96, 110, color_order::bgr), jpeg);
  jpeg.insert(jpeg.begin() + 2, bytes.begin(), bytes.end());
  const auto turned = filled(make_spec(96, 110, color_order::bgr), jpeg);
  REQUIRE(turned != straight);
  // the same pixels without loss, which are not reduced
  std::vector<std::uint8_t> png;
  REQUIRE(cv::imencode(".png",
      cv::imdecode(
          cv::Mat(1, static_cast<int>(jpeg.size()), CV_8UC1, jpeg.data()), cv::IMREAD_COLOR),
      png));
  const auto expected = filled(make_spec(96, 110, color_order::bgr), std::as_bytes(std::span(png)));
  const auto found = between(turned, expected);
  INFO("mean difference " << found.mean << ", largest " << found.largest);
  CHECK(found.mean > 0);
  CHECK(found.mean <= 2);
  CHECK(found.largest <= 16);
}

TEST_CASE("every kind of image gives the pixels that Pillow gives") {
  const auto names = tests::read_lines(data_file("images/expected.txt"));
  const cv::Mat expected = read_pixels(data_file("images/expected.png"));
  constexpr int side = 24;
  REQUIRE(expected.rows == side * static_cast<int>(names.size()));
  int first_row = 0;
  for (const auto& name : names) {
    const auto row =
        filled(make_spec(side, side, color_order::bgr), read_bytes(data_file("images/" + name)));
    const auto found = between(row, rows_of(expected, first_row, side));
    first_row += side;
    const bool lossy = name.ends_with(".jpg") || name == "lossy.webp";
    INFO(name << ": mean difference " << found.mean << ", largest " << found.largest);
    CHECK(found.largest <= (lossy ? 2 : 0));
  }
}

TEST_CASE("the colour order decides which channel comes first") {
  const auto image = read_bytes(data_file("images/rgb.png"));
  const auto rgb = filled(make_spec(24, 24, color_order::rgb), image);
  const auto bgr = filled(make_spec(24, 24, color_order::bgr), image);
  REQUIRE(rgb != bgr);
  for (std::size_t i = 0; i < rgb.size(); i += 3) {
    REQUIRE(rgb[i] == bgr[i + 2]);
    REQUIRE(rgb[i + 1] == bgr[i + 1]);
    REQUIRE(rgb[i + 2] == bgr[i]);
  }
}

TEST_CASE("a gray model gets the luma of a colour image") {
  const auto color =
      filled(make_spec(28, 28, color_order::gray), read_bytes(data_file("images/rgb.png")));
  const auto gray =
      filled(make_spec(28, 28, color_order::gray), read_bytes(data_file("images/gray_8.png")));
  CHECK(color == gray);
}

TEST_CASE("Fashion-MNIST images give the pixels of the Python pipeline") {
  const auto spec = make_spec(28, 28, color_order::gray);
  const cv::Mat jpeg_pixels = read_pixels(data_file("fashion_mnist/jpeg_pixels.png"));
  REQUIRE(jpeg_pixels.rows == 64 * 28);
  for (int i = 0; i < 64; ++i) {
    const std::string stem = "fashion_mnist/" + std::string(i < 10 ? "0" : "") + std::to_string(i);
    CAPTURE(stem);
    const auto png = filled(spec, read_bytes(data_file(stem + ".png")));
    const cv::Mat png_pixels = read_pixels(data_file(stem + ".png"));
    CHECK(between(png, rows_of(png_pixels, 0, 28)).largest == 0);
    const auto jpeg = filled(spec, read_bytes(data_file(stem + ".jpg")));
    CHECK(between(jpeg, rows_of(jpeg_pixels, i * 28, 28)).largest <= 1);
  }
}

TEST_CASE("an image with too many pixels is refused from its header") {
  CHECK(failure_of(read_bytes(data_file("images/bomb.png"))) ==
        "image has 120000000 pixels, limit is 50000000 (limits.image_pixels)");
  CHECK(failure_of(read_bytes(data_file("images/rgb.png")), 1'119) ==
        "image has 1120 pixels, limit is 1119 (limits.image_pixels)");
  CHECK(failure_of(read_bytes(data_file("images/rgb.png")), 1'120) == "accepted");
}

TEST_CASE("refused images say why") {
  const auto [name, failure] = GENERATE(table<std::string, std::string>({
      {"empty.jpg", "image is empty"},
      {"garbage.jpg", "unsupported format"},
      {"picture.gif", "unsupported format"},
      {"picture.tiff", "unsupported format"},
      {"document.pdf", "unsupported format"},
      {"animated.webp", "animated WebP is not supported"},
  }));
  CHECK(failure_of(read_bytes(data_file("images/" + name))) == failure);
}

TEST_CASE("a truncated image of every kind fails instead of being filled with grey") {
  for (const auto& name : tests::read_lines(data_file("images/expected.txt"))) {
    const auto bytes = read_bytes(data_file("images/" + name));
    CAPTURE(name);
    CHECK_THAT(failure_of(std::span(bytes).first(bytes.size() / 2)), Catch::Contains("truncated"));
    CHECK_THAT(failure_of(std::span(bytes).first(bytes.size() - 1)), Catch::Contains("truncated"));
  }
}

TEST_CASE("an image with a good header and broken pixels is called broken") {
  SECTION("PNG") {
    auto bytes = read_bytes(data_file("images/rgb.png"));
    std::fill(bytes.begin() + 45, bytes.end() - 20, std::byte{0x55});
    CHECK(failure_of(bytes) == "broken PNG");
  }
  SECTION("WebP") {
    auto bytes = read_bytes(data_file("images/lossless.webp"));
    std::fill(bytes.begin() + 25, bytes.end(), std::byte{0xFF});
    CHECK(failure_of(bytes) == "broken WebP");
  }
  SECTION("JPEG") {
    auto bytes = read_bytes(data_file("images/rgb.jpg"));
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    // quantisation tables renamed to comments: the picture asks for tables that are not there
    for (auto at = text.find("\xFF\xDB"); at != text.npos; at = text.find("\xFF\xDB", at + 1)) {
      bytes[at + 1] = std::byte{0xFE};
    }
    CHECK(failure_of(bytes) == "broken JPEG");
  }
  SECTION("BMP") {
    auto bytes = read_bytes(data_file("images/rgb.bmp"));
    bytes[28] = std::byte{7};
    CHECK(failure_of(bytes) == "broken BMP");
  }
}

TEST_CASE("a broken image fails after a good one of the same size, and the good one still works") {
  const std::string name = GENERATE("rgb.bmp", "rgb.png", "lossless.webp", "rgb.jpg");
  CAPTURE(name);
  const auto good = read_bytes(data_file("images/" + name));
  auto broken = good;
  // a compression that there is not, pixels that are none, a quantisation table that is missing
  if (name == "rgb.bmp") {
    broken[28] = std::byte{7};
  } else if (name == "rgb.jpg") {
    const std::string_view text(reinterpret_cast<const char*>(good.data()), good.size());
    broken[text.find("\xFF\xDB") + 1] = std::byte{0xFE};
  } else {
    std::fill(broken.begin() + (name == "rgb.png" ? 45 : 25), broken.end() - 20, std::byte{0x55});
  }
  const auto spec = make_spec(24, 24, color_order::rgb);
  preprocessor tested(spec, pixel_limit);
  std::vector<std::uint8_t> first(spec.row_bytes());
  std::vector<std::uint8_t> second(spec.row_bytes());
  REQUIRE_FALSE(tested.fill(good, first));
  CHECK_THAT(tested.fill(broken, second).value_or("accepted"), Catch::Contains("broken"));
  REQUIRE_FALSE(tested.fill(good, second));
  CHECK(first == second);
}

TEST_CASE("every single flipped byte of an image gives pixels or a failure") {
  const std::string name = GENERATE(
      "rgb.jpg", "progressive.jpg", "palette.png", "lossless.webp", "alpha.webp", "rgb.bmp");
  const auto good = read_bytes(data_file("images/" + name));
  const auto spec = make_spec(8, 8, color_order::rgb);
  std::vector<std::uint8_t> row(spec.row_bytes());
  preprocessor tested(spec, 1'000'000);
  std::size_t failures = 0;
  for (std::size_t i = 0; i < good.size(); ++i) {
    auto bytes = good;
    bytes[i] ^= std::byte{0xFF};
    failures += tested.fill(bytes, row).has_value() ? 1 : 0;
  }
  CHECK(failures > 0);
  CHECK_FALSE(tested.fill(good, row).has_value());
}

} // namespace ocelli::inference
