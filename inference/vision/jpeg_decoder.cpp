#include "inference/vision/jpeg_decoder.hpp"

#include "inference/vision/color.hpp"

#include <algorithm>
#include <cassert>
#include <csetjmp>
#include <cstdio>

// after <cstdio>, whose types it uses
#include <jerror.h>
#include <jpeglib.h>

namespace ocelli::inference {

namespace {

/// libjpeg reports errors by a function that must not return. Every member that calls it sets the
/// place to return to first, and has nothing to destroy.
class jpeg_reader {
 public:
  jpeg_reader() {
    state_.err = jpeg_std_error(&errors_);
    errors_.error_exit = [](j_common_ptr state) {
      std::longjmp(static_cast<jpeg_reader*>(state->client_data)->failed_, 1);
    };
    // warnings are about damage that leaves a picture, which Pillow shows as well
    errors_.emit_message = [](j_common_ptr, int) {};
    state_.client_data = this;
  }
  ~jpeg_reader() { jpeg_destroy_decompress(&state_); }
  jpeg_reader(const jpeg_reader&) = delete;
  jpeg_reader& operator=(const jpeg_reader&) = delete;

  bool open(std::span<const std::byte> file) {
    if (setjmp(failed_) != 0) {
      return false;
    }
    jpeg_create_decompress(&state_);
    jpeg_mem_src(&state_, reinterpret_cast<const unsigned char*>(file.data()), file.size());
    // libjpeg would go on with grey where the data ends
    state_.src->fill_input_buffer = [](j_decompress_ptr state) -> boolean {
      ERREXIT(state, JERR_INPUT_EOF);
      return FALSE;
    };
    return jpeg_read_header(&state_, TRUE) == JPEG_HEADER_OK;
  }

  /// Starts to decode the columns from `left`, and a few more, of all rows from `top`.
  bool start(const jpeg_request& request) {
    if (setjmp(failed_) != 0) {
      return false;
    }
    state_.out_color_space = output_colors(request.color);
    state_.scale_num = 1;
    state_.scale_denom = static_cast<unsigned>(request.reduction);
    jpeg_start_decompress(&state_);
    const pixel_region& part = request.part;
    if (state_.output_width < part.left + part.width ||
        state_.output_height < part.top + part.height) {
      return false;
    }
    if (can_leave_out()) {
      // the edge columns of what is decoded lack a neighbour for smooth colours
      constexpr std::size_t margin = 2;
      const std::size_t left = part.left - std::min(margin, part.left);
      const std::size_t right =
          std::min<std::size_t>(part.left + part.width + margin, state_.output_width);
      auto from = static_cast<JDIMENSION>(left);
      auto width = static_cast<JDIMENSION>(right - left);
      jpeg_crop_scanline(&state_, &from, &width);
      left_ = from;
      jpeg_skip_scanlines(&state_, static_cast<JDIMENSION>(part.top));
    }
    return true;
  }

  /// Reads rows up to the last that is wanted into `pixels`; those before the first that is wanted
  /// are overwritten.
  bool read(const pixel_view& pixels, std::size_t top) {
    if (setjmp(failed_) != 0) {
      return false;
    }
    while (state_.output_scanline < top + pixels.height) {
      const std::size_t y = state_.output_scanline;
      JSAMPROW row = pixels.row(y < top ? 0 : y - top);
      jpeg_read_scanlines(&state_, &row, 1);
    }
    return true;
  }

  std::size_t image_width() const noexcept { return state_.image_width; }
  std::size_t image_height() const noexcept { return state_.image_height; }
  /// First column that is decoded.
  std::size_t left() const noexcept { return left_; }
  /// Columns that are decoded.
  std::size_t width() const noexcept { return state_.output_width; }
  std::size_t channels() const noexcept {
    return static_cast<std::size_t>(state_.output_components);
  }

 private:
  J_COLOR_SPACE output_colors(color_order wanted) const noexcept {
    if (state_.jpeg_color_space == JCS_CMYK || state_.jpeg_color_space == JCS_YCCK) {
      return JCS_CMYK;
    }
    switch (wanted) {
    case color_order::gray:
      return state_.jpeg_color_space == JCS_GRAYSCALE ? JCS_GRAYSCALE : JCS_EXT_RGB;
    case color_order::rgb:
      return JCS_EXT_RGB;
    case color_order::bgr:
      return JCS_EXT_BGR;
    }
    return JCS_EXT_RGB;
  }

  /// Whether pixels can be left out that are not wanted. With several scans everything has been
  /// decoded by now; and libjpeg-turbo 2.1 leaves out wrongly with rare kinds of subsampling.
  bool can_leave_out() const noexcept {
    return jpeg_has_multiple_scans(const_cast<j_decompress_ptr>(&state_)) == FALSE &&
           state_.max_h_samp_factor <= 2 && state_.max_v_samp_factor <= 2;
  }

  jpeg_decompress_struct state_{};
  jpeg_error_mgr errors_{};
  std::jmp_buf failed_{};
  std::size_t left_ = 0;
};

/// `a * b / 255`, rounded as Pillow rounds it.
std::uint32_t multiplied(std::uint32_t a, std::uint32_t b) {
  const std::uint32_t product = a * b + 128;
  return ((product >> 8) + product) >> 8;
}

/// Makes four channels three, in place. Adobe's numbers say how much ink is missing.
void convert_cmyk(pixel_view& pixels, std::size_t red) {
  for (std::size_t y = 0; y < pixels.height; ++y) {
    const std::uint8_t* ink = pixels.row(y);
    std::uint8_t* output = pixels.row(y);
    for (std::size_t x = 0; x < pixels.width; ++x, ink += 4, output += 3) {
      const std::uint8_t colors[3] = {ink[0], ink[1], ink[2]};
      const std::uint32_t light = ink[3];
      for (std::size_t i = 0; i < 3; ++i) {
        const std::uint32_t lost = multiplied(255U - colors[i], light);
        output[i == 1 ? 1 : (i == 0 ? red : 2 - red)] = static_cast<std::uint8_t>(light - lost);
      }
    }
  }
  pixels.channels = 3;
}

} // namespace

std::size_t jpeg_reduction(std::size_t shorter, std::size_t wanted) noexcept {
  constexpr std::size_t largest = 8;
  if (shorter < 4 * wanted) {
    return 1;
  }
  std::size_t reduction = 2;
  while (reduction < largest && shorter >= 8 * reduction * wanted) {
    reduction *= 2;
  }
  return reduction;
}

std::optional<pixel_view> decode_jpeg(
    std::span<const std::byte> file, const jpeg_request& request, scratch_memory& memory) {
  jpeg_reader reader;
  if (!reader.open(file) || reader.image_width() != request.width ||
      reader.image_height() != request.height || !reader.start(request)) {
    return std::nullopt;
  }
  const std::size_t stride = reader.width() * reader.channels();
  pixel_view pixels{.data = memory.take(stride * request.part.height),
      .width = reader.width(),
      .height = request.part.height,
      .channels = reader.channels(),
      .stride = stride};
  if (!reader.read(pixels, request.part.top)) {
    return std::nullopt;
  }
  pixels.data += (request.part.left - reader.left()) * pixels.channels;
  pixels.width = request.part.width;
  const std::size_t red = request.color == color_order::bgr ? 2 : 0;
  if (pixels.channels == 4) {
    convert_cmyk(pixels, red);
  }
  if (request.color == color_order::gray && pixels.channels == 3) {
    make_gray(pixels, red);
  }
  return pixels;
}

} // namespace ocelli::inference
