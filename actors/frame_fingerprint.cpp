#include "actors/frame_fingerprint.hpp"

#include <xxhash.h>

namespace ocelli::actors {

frame_fingerprint fingerprint_of(std::span<const std::byte> image) noexcept {
  const auto hash = XXH3_128bits(image.data(), image.size());
  return {image.size(), hash.high64, hash.low64};
}

} // namespace ocelli::actors
