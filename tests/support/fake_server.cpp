#include "application/application.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <numeric>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

// The server with an engine that needs no LibTorch, for end-to-end tests. It tells images apart by
// their mean brightness, of which there are sixteen labels, `brightness 0` to `brightness 15`, and
// fails, crashes or hangs on the brightness that its options name. Options that are not its own are
// those of the program ocelli.

namespace {

using namespace ocelli;
using namespace std::chrono_literals;

constexpr std::uint32_t label_count = 16;

struct fake_options {
  std::string name = "fake";
  std::uint32_t delay_ms = 0;
  std::filesystem::path gate;
  std::optional<std::uint32_t> fail_on;
  std::optional<std::uint32_t> crash_on;
  std::optional<std::uint32_t> hang_on;
  bool fail_to_load = false;
  bool fail_to_start = false;
  bool hang_in_warm_up = false;
};

[[noreturn]] void hang() {
  while (true)
    std::this_thread::sleep_for(1h);
}

/// Waits until there is a file `open` in the folder; tells by a file `waiting` that it does.
void pass_gate(const std::filesystem::path& folder) {
  if (!std::filesystem::exists(folder / "open"))
    std::ofstream{folder / "waiting"};
  while (!std::filesystem::exists(folder / "open"))
    std::this_thread::sleep_for(2ms);
}

class fake_engine final : public inference::inference_engine {
 public:
  explicit fake_engine(const fake_options& options) : options_(options) {}

  void warm_up() override {
    if (options_.hang_in_warm_up)
      hang();
  }

  std::vector<inference::prediction> run(
      const inference::batch_buffer& input, std::size_t rows) override {
    std::this_thread::sleep_for(std::chrono::milliseconds{options_.delay_ms});
    auto bytes = input.rows(rows);
    auto is_black = std::all_of(bytes.begin(), bytes.end(), [](auto byte) { return byte == 0; });
    if (!options_.gate.empty() && !is_black) // black ones come from the worker, at the start
      pass_gate(options_.gate);
    std::vector<inference::prediction> result;
    for (std::size_t i = 0; i < rows; ++i)
      result.push_back(label(bytes.subspan(i * input.row_bytes(), input.row_bytes())));
    return result;
  }

  std::string description() const override { return "fake"; }

 private:
  inference::prediction label(std::span<const std::uint8_t> row) const {
    auto sum = std::accumulate(row.begin(), row.end(), std::uint64_t{0});
    auto brightness = static_cast<std::uint32_t>(sum / row.size()) * label_count / 256;
    if (brightness == options_.fail_on)
      throw inference::engine_error("the fake engine was told to fail");
    if (brightness == options_.crash_on)
      throw std::logic_error("the fake engine was told to crash");
    if (brightness == options_.hang_on)
      hang();
    // the likeliest label first, then all others, as a real engine does
    inference::prediction result{{brightness, 0.7F}};
    for (std::uint32_t other = 0; other < label_count; ++other) {
      if (other != brightness)
        result.push_back({other, 0.3F / (label_count - 1)});
    }
    return result;
  }

  fake_options options_;
};

served_model load_model(const fake_options& options) {
  if (options.fail_to_load)
    throw std::runtime_error("the fake model was told not to load");
  served_model result;
  result.make_engine = [options](std::size_t) -> std::unique_ptr<inference::inference_engine> {
    if (options.fail_to_start)
      throw std::runtime_error("the fake engine was told not to start");
    return std::make_unique<fake_engine>(options);
  };
  result.input.width = 28;
  result.input.height = 28;
  result.input.resize = 28;
  for (std::uint32_t i = 0; i < label_count; ++i)
    result.labels.push_back(fmt::format("brightness {}", i));
  result.name = options.name;
  result.format = "fake";
  result.precision = "float32";
  result.device = "cpu";
  return result;
}

} // namespace

int main(int argc, char** argv) {
  fake_options options;
  CLI::App app;
  app.set_help_flag("--fake-help", "What the fake engine can be told");
  app.allow_extras();
  app.add_option("--fake-name", options.name, "What the model is called");
  app.add_option("--fake-delay-ms", options.delay_ms, "Milliseconds that a batch takes");
  app.add_option("--fake-gate", options.gate,
      "Batches wait until there is a file `open` in this folder, and make a file `waiting`");
  app.add_option("--fake-fail-on", options.fail_on, "The engine fails on this brightness, 0 to 15");
  app.add_option(
      "--fake-crash-on", options.crash_on, "The worker dies of this brightness, 0 to 15");
  app.add_option("--fake-hang-on", options.hang_on,
      "The engine does not come back from this brightness, 0 to 15");
  app.add_flag("--fake-fail-to-load", options.fail_to_load, "The model cannot be loaded");
  app.add_flag("--fake-fail-to-start", options.fail_to_start, "No engine can be made");
  app.add_flag("--fake-hang-in-warm-up", options.hang_in_warm_up, "The engine never becomes ready");
  CLI11_PARSE(app, argc, argv);
  return run_program(
      app.remaining(), [&options](const config::settings&, const config::thread_plan&) {
        return load_model(options);
      });
}
