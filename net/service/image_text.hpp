#pragma once

#include "inference/vision/image_bytes.hpp"
#include "net/service/buffer_pool.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>

namespace ocelli::net {

/// The encoded part of an image that came as text: what follows the comma of a data URL (RFC 2397),
/// or the whole text. Parameters and media type are not looked at, nor whether `;base64` stands
/// before the comma: image data is base64.
struct image_text {
  std::string_view encoded;
  /// Why there is no image in the text, in words for the client; empty when there may be.
  std::string failure;
};

/// Finds the encoded part. Nothing is copied.
image_text find_image_text(std::string_view text);

/// Bytes that `encoded` can give at most.
std::size_t decoded_bound(std::string_view encoded) noexcept;

/// Decodes base64 into a buffer of `pool`; white space, percent-encoding (as URLs have it), the URL
/// alphabet and missing padding are accepted. Returns the image, or why there is none, in words for
/// the client.
std::variant<inference::image_bytes, std::string> decode_image_text(
    std::string_view encoded, buffer_pool& pool);

} // namespace ocelli::net
