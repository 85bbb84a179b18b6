#include "inference/test_files.hpp"

#include <catch2/catch.hpp>
#include <opencv2/imgcodecs.hpp>

#include <fstream>

namespace ocelli::tests {

std::filesystem::path data_file(const std::string& name) {
  return std::filesystem::path(OCELLI_SOURCE_DIR) / "tests" / "data" / name;
}

std::vector<std::byte> read_bytes(const std::filesystem::path& file) {
  std::ifstream input(file, std::ios::binary);
  INFO(file);
  REQUIRE(input.good());
  const std::string text((std::istreambuf_iterator<char>(input)), std::istreambuf_iterator<char>());
  const auto bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}

std::vector<std::string> read_lines(const std::filesystem::path& file) {
  std::ifstream input(file);
  INFO(file);
  REQUIRE(input.good());
  std::vector<std::string> lines;
  for (std::string line; std::getline(input, line);) {
    lines.push_back(line);
  }
  return lines;
}

cv::Mat read_pixels(const std::filesystem::path& file) {
  cv::Mat pixels = cv::imread(file.string(), cv::IMREAD_UNCHANGED);
  INFO(file);
  REQUIRE_FALSE(pixels.empty());
  return pixels;
}

} // namespace ocelli::tests
