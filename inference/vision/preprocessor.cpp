#include "inference/vision/preprocessor.hpp"

#include "inference/vision/antialiased_resize.hpp"
#include "inference/vision/image_header.hpp"

#include <fmt/format.h>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>

#include <cassert>
#include <limits>
#include <new>
#include <utility>
#include <variant>

namespace ocelli::inference {

namespace {

/// The luma of ITU-R BT.601 with the integer weights of Pillow's mode "L".
cv::Mat to_gray(const cv::Mat& bgr) {
  cv::Mat gray(bgr.rows, bgr.cols, CV_8UC1);
  for (int y = 0; y < bgr.rows; ++y) {
    const std::uint8_t* pixel = bgr.ptr<std::uint8_t>(y);
    std::uint8_t* output = gray.ptr<std::uint8_t>(y);
    for (int x = 0; x < bgr.cols; ++x, pixel += 3) {
      output[x] = static_cast<std::uint8_t>(
          (pixel[2] * 19595 + pixel[1] * 38470 + pixel[0] * 7471 + 0x8000) >> 16);
    }
  }
  return gray;
}

/// Turns and mirrors the stored pixels into what the camera saw (Exif 2.32, section 4.6.4, tag
/// 274).
cv::Mat upright(cv::Mat stored, std::uint8_t orientation) {
  constexpr int upside_down = 0;
  constexpr int mirrored = 1;
  constexpr int both = -1;
  constexpr std::uint8_t first_transposed = 5;
  if (orientation >= first_transposed) {
    cv::transpose(stored, stored);
  }
  switch (orientation) {
  case 2:
  case 6:
    cv::flip(stored, stored, mirrored);
    break;
  case 3:
  case 7:
    cv::flip(stored, stored, both);
    break;
  case 4:
  case 8:
    cv::flip(stored, stored, upside_down);
    break;
  default:
    break;
  }
  return stored;
}

void swap_red_and_blue(std::span<std::uint8_t> row) {
  for (std::size_t i = 0; i + 2 < row.size(); i += 3) {
    std::swap(row[i], row[i + 2]);
  }
}

const char* name_of(image_format format) {
  switch (format) {
  case image_format::jpeg:
    return "JPEG";
  case image_format::png:
    return "PNG";
  case image_format::webp:
    return "WebP";
  case image_format::bmp:
    return "BMP";
  }
  return "image";
}

} // namespace

preprocessor::preprocessor(const input_spec& spec, std::uint64_t image_pixels)
    : spec_(spec), image_pixels_(image_pixels) {}

std::optional<std::string> preprocessor::fill(
    std::span<const std::byte> image, std::span<std::uint8_t> row) const noexcept {
  try {
    return fill_or_throw(image, row);
  } catch (const std::bad_alloc&) {
    return "out of memory"; // short enough to need none
  } catch (const std::exception&) {
    return "broken image";
  }
}

std::optional<std::string> preprocessor::fill_or_throw(
    std::span<const std::byte> image, std::span<std::uint8_t> row) const {
  assert(row.size() == spec_.row_bytes());
  const auto result = read_image_header(image);
  if (const auto* refusal = std::get_if<std::string>(&result)) {
    return *refusal;
  }
  const auto& header = std::get<image_header>(result);
  if (header.pixels() > image_pixels_) {
    return fmt::format(
        "image has {} pixels, limit is {} (limits.image_pixels)", header.pixels(), image_pixels_);
  }
  if (image.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
    return "image file is too large";
  }
  // OpenCV's view of constant bytes is not constant; its decoders only read them
  const cv::Mat encoded(
      1, static_cast<int>(image.size()), CV_8UC1, const_cast<std::byte*>(image.data()));
  cv::Mat pixels = cv::imdecode(encoded, cv::IMREAD_COLOR | cv::IMREAD_IGNORE_ORIENTATION);
  if (pixels.empty()) {
    return fmt::format("broken {}", name_of(header.format));
  }
  if (spec_.color == color_order::gray) {
    pixels = to_gray(pixels);
  }
  pixels = upright(std::move(pixels), header.orientation);
  const pixel_view picture{.data = pixels.ptr<std::uint8_t>(),
      .width = static_cast<std::size_t>(pixels.cols),
      .height = static_cast<std::size_t>(pixels.rows),
      .channels = spec_.channels(),
      .stride = pixels.step[0]};
  antialiased_resize(picture,
      centered_window(picture.width, picture.height, spec_.resize, spec_.width, spec_.height), row);
  if (spec_.color == color_order::rgb) {
    swap_red_and_blue(row);
  }
  return std::nullopt;
}

} // namespace ocelli::inference
