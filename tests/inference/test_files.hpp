#pragma once

#include "support/temporary_folder.hpp"
#include "support/write_text.hpp"

#include <opencv2/core.hpp>

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace ocelli::tests {

/// A file below tests/data.
std::filesystem::path data_file(const std::string& name);

/// The bytes of a file; fails the test when there is none.
std::vector<std::byte> read_bytes(const std::filesystem::path& file);

/// The lines of a text file.
std::vector<std::string> read_lines(const std::filesystem::path& file);

/// A picture as its pixels are stored, blue first where it has colours; fails the test when it
/// cannot be read.
cv::Mat read_pixels(const std::filesystem::path& file);

} // namespace ocelli::tests
