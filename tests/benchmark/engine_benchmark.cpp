#include "config/device_choice.hpp"
#include "inference/vision/inference_threads.hpp"
#include "inference/vision/loaded_model.hpp"
#include "inference/vision/model_placement.hpp"
#include "inference/vision/spin_limit.hpp"
#include "inference/vision/torch_host.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

// The bare engine loop: images per second of a model package in each of its batch sizes, loaded and
// run by the server's own classes, with nothing around them. What serving is compared with.

namespace {

using namespace ocelli;
using namespace std::chrono_literals;
using clock_type = std::chrono::steady_clock;

struct options {
  std::string package;
  double seconds = 2;
  std::uint32_t threads = 0;
  std::uint32_t workers = 0;
  std::vector<std::string> device = {"auto"};
  bool json = false;
};

struct measurement {
  std::uint32_t batch = 0;
  double images_per_second = 0;
  double milliseconds = 0; ///< Median of a batch.
};

/// What one worker did in one batch size.
struct worker_run {
  std::size_t batches = 0;
  clock_type::duration took{0};
  std::vector<double> milliseconds;
  std::exception_ptr failure;
};

/// Noise, which costs what photographs cost.
void fill(inference::batch_buffer& buffer) {
  std::mt19937 random(1);
  for (std::size_t row = 0; row < buffer.capacity(); ++row) {
    auto bytes = buffer.row(row);
    std::generate(
        bytes.begin(), bytes.end(), [&] { return static_cast<std::uint8_t>(random() & 255U); });
  }
}

void run_batches(inference::inference_engine& engine, const inference::batch_buffer& buffer,
    std::uint32_t batch, double seconds, worker_run& result) {
  const auto begin = clock_type::now();
  const auto end = begin + std::chrono::duration_cast<clock_type::duration>(
                               std::chrono::duration<double>(seconds));
  auto now = begin;
  do {
    engine.run(buffer, batch);
    const auto done = clock_type::now();
    result.milliseconds.push_back(std::chrono::duration<double, std::milli>(done - now).count());
    now = done;
    ++result.batches;
  } while (now < end);
  result.took = now - begin;
}

/// Every worker is a thread with an engine, as in the server; all run the same batch size at once.
measurement measure(const inference::loaded_model& model, const inference::model_package& package,
    std::size_t workers, std::uint32_t batch, double seconds) {
  std::vector<worker_run> runs(workers);
  {
    std::vector<std::jthread> threads;
    for (std::size_t worker = 0; worker < workers; ++worker) {
      threads.emplace_back([&, worker] {
        try {
          const auto engine = model.make_engine(worker);
          inference::batch_buffer buffer(package.input, batch, model.batch_memory());
          fill(buffer);
          for (int i = 0; i < 3; ++i) {
            engine->run(buffer, batch);
          }
          run_batches(*engine, buffer, batch, seconds, runs[worker]);
        } catch (...) {
          runs[worker].failure = std::current_exception();
        }
      });
    }
  }
  measurement result{.batch = batch};
  std::vector<double> milliseconds;
  for (const auto& run : runs) {
    if (run.failure) {
      std::rethrow_exception(run.failure);
    }
    result.images_per_second +=
        static_cast<double>(run.batches * batch) / std::chrono::duration<double>(run.took).count();
    milliseconds.insert(milliseconds.end(), run.milliseconds.begin(), run.milliseconds.end());
  }
  const auto middle = milliseconds.begin() + static_cast<std::ptrdiff_t>(milliseconds.size() / 2);
  std::nth_element(milliseconds.begin(), middle, milliseconds.end());
  result.milliseconds = *middle;
  return result;
}

inference::load_options plan(const options& wanted, const inference::model_package& package) {
  const auto choice = config::parse_device_choice(wanted.device);
  if (const auto* complaint = std::get_if<std::string>(&choice)) {
    throw std::runtime_error(fmt::format("--device {}", *complaint));
  }
  config::settings configured;
  configured.inference.workers = wanted.workers;
  configured.inference.intra_op_threads = wanted.threads;
  inference::load_options result;
  result.devices = inference::place_model(
      package, std::get<config::device_choice>(choice), inference::probe_host());
  const auto gpus = result.devices.front().kind == inference::device_kind::cuda
                        ? static_cast<std::uint32_t>(result.devices.size())
                        : 0U;
  result.threads = config::plan_threads(configured, config::available_processors(), gpus);
  if (package.format == inference::model_format::aot_inductor) {
    result.batch_sizes.clear();
    for (const auto& batch : package.compiled.batches) {
      result.batch_sizes.push_back(batch.size);
    }
  } else {
    result.batch_sizes = configured.inference.batch_sizes;
  }
  return result;
}

void run(const options& wanted) {
  const auto package = inference::load_model_package(wanted.package);
  const auto load = plan(wanted, package);
  inference::limit_library_threads(load.threads);
  const auto model = inference::load_model(package, load);
  std::string rows;
  for (const std::uint32_t batch : load.batch_sizes) {
    const auto found = measure(*model, package, load.threads.workers, batch, wanted.seconds);
    if (wanted.json) {
      rows += fmt::format(
          R"({}{{"batch": {}, "images_per_second": {:.3f}, "milliseconds_per_batch": {:.3f}}})",
          rows.empty() ? "" : ", ", batch, found.images_per_second, found.milliseconds);
    } else {
      fmt::print("batch {:>4}: {:>9.1f} images/s, {:>8.2f} ms a batch\n", batch,
          found.images_per_second, found.milliseconds);
    }
  }
  if (wanted.json) {
    fmt::print(R"({{"device": "{}", "workers": {}, "threads": {}, "batches": [{}]}})"
               "\n",
        to_string(load.devices.front()), load.threads.workers, load.threads.intra_op_threads, rows);
  }
}

} // namespace

int main(int argc, char** argv) {
  inference::limit_spinning(argv);
  options wanted;
  CLI::App app("Images per second of a model package, without a server around it");
  app.add_option("package", wanted.package, "Folder of a model package")->required();
  app.add_option("--seconds", wanted.seconds, "Seconds for each batch size")
      ->check(CLI::PositiveNumber);
  app.add_option("--threads", wanted.threads, "Threads of one engine; 0 as the server chooses");
  app.add_option("--workers", wanted.workers, "Engines side by side; 0 as the server chooses");
  app.add_option("--device", wanted.device, "As inference.device");
  app.add_flag("--json", wanted.json, "One JSON object instead of lines");
  CLI11_PARSE(app, argc, argv);
  try {
    run(wanted);
  } catch (const std::exception& error) {
    std::cerr << "engine_benchmark: " << error.what() << '\n';
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}
