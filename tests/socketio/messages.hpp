#pragma once

#include "net/engineio/message.hpp"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string_view>

namespace ocelli::socketio::tests {

/// A message of its own buffer, which ends right behind the padding, so that a sanitizer sees every
/// byte read too far. `filler` is what stands in the padding.
inline engineio::message make_message(
    std::string_view data, bool binary = false, char filler = '\0') {
  const auto size = data.size() + engineio::message::padding;
  const std::shared_ptr<char[]> buffer(new char[size]);
  std::fill(std::copy(data.begin(), data.end(), buffer.get()), buffer.get() + size, filler);
  engineio::message result;
  result.binary = binary;
  result.data = {buffer.get(), data.size()};
  result.owner = buffer;
  return result;
}

} // namespace ocelli::socketio::tests
