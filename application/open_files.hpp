#pragma once

#include <cstdint>

namespace ocelli {

/// Raises the number of files and connections that the process may have open to what the system
/// allows it at most, since the usual 1,024 would be the limit of clients instead of
/// `limits.connections`. Returns what is allowed now.
std::uint64_t raise_open_files_limit();

} // namespace ocelli
