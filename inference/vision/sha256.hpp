#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace ocelli::inference {

/// SHA-256 of a file, 64 lower-case hexadecimal digits, read piece by piece; nothing when it cannot
/// be read. Thread-safe.
std::optional<std::string> sha256_of_file(const std::filesystem::path& file);

} // namespace ocelli::inference
