#pragma once

namespace ocelli {

/// The program's version, as in "0.1.0".
const char* version() noexcept;

} // namespace ocelli
