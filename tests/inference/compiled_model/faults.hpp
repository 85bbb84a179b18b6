#pragma once

#include <cstdint>

namespace ocelli::tests {

/// What the compiled model of the tests does wrong when this is the first byte of a batch.
enum class model_fault : std::uint8_t {
  throws = 251,
  gives_no_number = 252,
  gives_wrong_shape = 253,
  gives_wrong_type = 254,
};

} // namespace ocelli::tests
