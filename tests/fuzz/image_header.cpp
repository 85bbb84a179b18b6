#include "inference/vision/image_header.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>
#include <variant>

/// Whatever the bytes are, the header is read or refused with a text.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto result = ocelli::inference::read_image_header(std::as_bytes(std::span(data, size)));
  if (const auto* header = std::get_if<ocelli::inference::image_header>(&result)) {
    if (header->width == 0 || header->height == 0 || header->orientation < 1 ||
        header->orientation > 8) {
      std::abort();
    }
  } else if (std::get<std::string>(result).empty()) {
    std::abort();
  }
  return 0;
}
