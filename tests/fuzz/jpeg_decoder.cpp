#include "inference/vision/jpeg_decoder.hpp"

#include "inference/vision/image_header.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <numeric>
#include <span>
#include <variant>

/// The bytes are an image that goes to the decoder as it does when it comes from a client; the last
/// ones also choose a part and a reduction. Whatever is decoded lies in the memory that was given.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ocelli::inference;
  constexpr std::size_t choices = 6;
  constexpr std::uint64_t most_pixels = 1'000'000;
  if (size < choices) {
    return 0;
  }
  const auto file = std::as_bytes(std::span(data, size));
  data += size - choices;
  const auto result = read_image_header(file);
  const auto* header = std::get_if<image_header>(&result);
  if (header == nullptr || header->format != image_format::jpeg || header->pixels() > most_pixels) {
    return 0;
  }
  jpeg_request request{.width = header->width,
      .height = header->height,
      .reduction = std::size_t{1} << data[0] % 4,
      .color = static_cast<color_order>(data[1] % 3)};
  const std::size_t width = (header->width + request.reduction - 1) / request.reduction;
  const std::size_t height = (header->height + request.reduction - 1) / request.reduction;
  request.part.left = data[2] * width / 256;
  request.part.top = data[3] * height / 256;
  request.part.width = 1 + data[4] * (width - request.part.left - 1) / 255;
  request.part.height = 1 + data[5] * (height - request.part.top - 1) / 255;
  scratch_memory memory;
  if (const auto pixels = decode_jpeg(file, request, memory)) {
    if (pixels->width != request.part.width || pixels->height != request.part.height) {
      std::abort();
    }
    std::uint64_t sum = 0;
    for (std::size_t y = 0; y < pixels->height; ++y) {
      const auto* row = pixels->row(y);
      sum = std::accumulate(row, row + pixels->width * pixels->channels, sum);
    }
    if (sum > most_pixels * 3 * 255) {
      std::abort();
    }
  }
  return 0;
}
