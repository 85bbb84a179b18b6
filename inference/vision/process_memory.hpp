#pragma once

#include <cstddef>
#include <filesystem>

namespace ocelli::inference {

/// Memory of this process that is in use (resident), in bytes; 0 when the system does not tell.
std::size_t resident_bytes();

/// Lets go of the memory that holds pages of `file`, which was mapped as a library: what is read
/// again comes back from the file, what was written stays.
void page_out(const std::filesystem::path& file);

} // namespace ocelli::inference
