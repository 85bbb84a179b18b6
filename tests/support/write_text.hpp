#pragma once

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <string>

namespace ocelli::tests {

/// Writes `text` to `file`; the test fails when that cannot be done.
inline void write_text(const std::filesystem::path& file, const std::string& text) {
  std::ofstream output(file, std::ios::binary);
  output << text << std::flush;
  REQUIRE(output.good());
}

} // namespace ocelli::tests
