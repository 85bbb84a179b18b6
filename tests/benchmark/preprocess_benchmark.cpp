#include "inference/vision/preprocessor.hpp"

#include <CLI/CLI.hpp>

#include <chrono>
#include <cstddef>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

// How many images a second one thread decodes, resizes and crops. scripts/bench/preprocessing.py
// compares it with Pillow.

namespace {

using namespace ocelli;

std::vector<std::byte> read_bytes(const std::string& file) {
  std::ifstream input(file, std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(input)), std::istreambuf_iterator<char>());
  const auto bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}

} // namespace

int main(int argc, char** argv) {
  std::string file;
  inference::input_spec spec{
      .width = 224, .height = 224, .resize = 256, .color = inference::color_order::rgb};
  double seconds = 1;
  std::string output;
  CLI::App app("Prints the images per second that one thread prepares.");
  app.add_option("FILE", file, "A JPEG, PNG, WebP or BMP")->required()->check(CLI::ExistingFile);
  app.add_option("--resize", spec.resize, "Pixels of the shorter side")->capture_default_str();
  app.add_option("--width", spec.width, "Pixels of the crop")->capture_default_str();
  app.add_option("--height", spec.height, "Pixels of the crop")->capture_default_str();
  app.add_option("--seconds", seconds, "Time to measure")->capture_default_str();
  app.add_option("--output", output, "Writes the prepared pixels, RGB, to this file");
  CLI11_PARSE(app, argc, argv);

  const auto image = read_bytes(file);
  std::vector<std::uint8_t> row(spec.row_bytes());
  inference::preprocessor prepare(spec, 1'000'000'000);
  // the first image fetches memory that all later ones use again
  if (const auto failure = prepare.fill(image, row)) {
    std::fprintf(stderr, "%s: %s\n", file.c_str(), failure->c_str());
    return 1;
  }
  if (!output.empty()) {
    std::ofstream(output, std::ios::binary)
        .write(reinterpret_cast<const char*>(row.data()), static_cast<std::streamsize>(row.size()));
  }
  using clock = std::chrono::steady_clock;
  const auto begin = clock::now();
  std::chrono::duration<double> spent{0};
  std::size_t images = 0;
  while (spent.count() < seconds) {
    prepare.fill(image, row);
    ++images;
    spent = clock::now() - begin;
  }
  std::printf("%.1f\n", static_cast<double>(images) / spent.count());
  return 0;
}
