#include "inference/vision/preprocessor.hpp"

#include "inference/vision/color.hpp"
#include "inference/vision/jpeg_decoder.hpp"
#include "inference/vision/opencv_decoder.hpp"
#include "inference/vision/resize_window.hpp"
#include "inference/vision/upright.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <limits>
#include <new>
#include <utility>
#include <variant>

namespace ocelli::inference {

namespace {

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

/// A part of an image that OpenCV decodes; nothing when it is broken.
std::optional<pixel_view> decode_other(std::span<const std::byte> image, const image_header& header,
    const pixel_region& part, color_order color, scratch_memory& memory) {
  auto pixels = decode_with_opencv(image, header, memory);
  if (pixels) {
    pixels->data = pixels->row(part.top) + part.left * pixels->channels;
    pixels->width = part.width;
    pixels->height = part.height;
    if (color == color_order::gray) {
      constexpr std::size_t red = 2;
      make_gray(*pixels, red);
    }
  }
  return pixels;
}

} // namespace

preprocessor::preprocessor(const input_spec& spec, std::uint64_t image_pixels)
    : spec_(spec), image_pixels_(image_pixels) {}

std::optional<std::string> preprocessor::fill(
    std::span<const std::byte> image, std::span<std::uint8_t> row) noexcept {
  std::optional<std::string> failure;
  try {
    failure = fill_or_throw(image, row);
  } catch (const std::bad_alloc&) {
    failure = "out of memory"; // short enough to need none
  } catch (const std::exception&) {
    failure = "broken image";
  }
  resizer_.trim(kept_bytes);
  decoded_.trim(kept_bytes);
  turned_.trim(kept_bytes);
  return failure;
}

std::optional<std::string> preprocessor::fill_or_throw(
    std::span<const std::byte> image, std::span<std::uint8_t> row) {
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
  constexpr auto largest = static_cast<std::size_t>(std::numeric_limits<int>::max());
  if (image.size() > largest) {
    return "image file is too large";
  }
  if (!decode_and_resize(image, header, row)) {
    return fmt::format("broken {}", name_of(header.format));
  }
  return std::nullopt;
}

bool preprocessor::decode_and_resize(
    std::span<const std::byte> image, const image_header& header, std::span<std::uint8_t> row) {
  const bool is_jpeg = header.format == image_format::jpeg;
  const auto steps = steps_of(header.orientation);
  const auto [width, height] = steps.transposed ? std::pair(header.height, header.width)
                                                : std::pair(header.width, header.height);
  const auto window = centered_window(width, height, spec_.resize, spec_.width, spec_.height);
  const std::size_t reduction = is_jpeg ? jpeg_reduction(std::min(width, height), spec_.resize) : 1;
  const resize_axis columns{.length = width,
      .reduction = reduction,
      .mirrored = steps.mirrored,
      .full = window.full_width,
      .begin = window.left,
      .places = window.width};
  const resize_axis rows{.length = height,
      .reduction = reduction,
      .mirrored = steps.upside_down,
      .full = window.full_height,
      .begin = window.top,
      .places = window.height};
  const auto part = stored_region(
      resizer_.prepare(columns, rows), columns.reduced_length(), rows.reduced_length(), steps);
  auto pixels = is_jpeg ? decode_jpeg(image,
                              {.width = header.width,
                                  .height = header.height,
                                  .reduction = reduction,
                                  .part = part,
                                  .color = spec_.color},
                              decoded_)
                        : decode_other(image, header, part, spec_.color, decoded_);
  if (!pixels) {
    return false;
  }
  resizer_.resize(make_upright(*pixels, steps, turned_), row);
  if (spec_.color == color_order::rgb && !is_jpeg) {
    swap_red_and_blue(row);
  }
  return true;
}

} // namespace ocelli::inference
