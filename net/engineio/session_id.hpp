#pragma once

#include <string>

namespace ocelli::engineio {

/// A new session id: 20 characters of the URL-safe base64 alphabet, 120 bits from the kernel's
/// random number generator. Thread-safe. Throws `std::system_error` when the kernel has no
/// randomness to give.
std::string make_session_id();

} // namespace ocelli::engineio
