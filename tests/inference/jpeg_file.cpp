#include "inference/jpeg_file.hpp"

#include <cstdio>
#include <cstdlib>
#include <span>

// after <cstdio>, whose types it uses
#include <jpeglib.h>

namespace ocelli::tests {

std::vector<std::byte> write_jpeg(const cv::Mat& pixels, const jpeg_options& options) {
  jpeg_compress_struct state{};
  jpeg_error_mgr errors{};
  state.err = jpeg_std_error(&errors);
  jpeg_create_compress(&state);
  unsigned char* memory = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&state, &memory, &size);
  state.image_width = static_cast<JDIMENSION>(pixels.cols);
  state.image_height = static_cast<JDIMENSION>(pixels.rows);
  state.input_components = pixels.channels();
  state.in_color_space = pixels.channels() == 1 ? JCS_GRAYSCALE : JCS_EXT_BGR;
  jpeg_set_defaults(&state);
  jpeg_set_quality(&state, options.quality, TRUE);
  state.restart_interval = options.restart_interval;
  state.comp_info[0].h_samp_factor = pixels.channels() == 1 ? 1 : options.horizontal_sampling;
  state.comp_info[0].v_samp_factor = pixels.channels() == 1 ? 1 : options.vertical_sampling;
  if (options.progressive) {
    jpeg_simple_progression(&state);
  }
  jpeg_start_compress(&state, TRUE);
  for (int y = 0; y < pixels.rows; ++y) {
    JSAMPROW row = const_cast<JSAMPROW>(pixels.ptr(y));
    jpeg_write_scanlines(&state, &row, 1);
  }
  jpeg_finish_compress(&state);
  const auto bytes = std::as_bytes(std::span(memory, size));
  std::vector<std::byte> result(bytes.begin(), bytes.end());
  std::free(memory);
  jpeg_destroy_compress(&state);
  return result;
}

} // namespace ocelli::tests
