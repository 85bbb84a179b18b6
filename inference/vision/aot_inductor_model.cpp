#include "inference/vision/aot_inductor_model.hpp"

#include "inference/vision/aot_inductor_runner.hpp"
#include "inference/vision/constant_pool.hpp"
#include "inference/vision/engine_on_device.hpp"
#include "inference/vision/label_encoder.hpp"
#include "inference/vision/pinned_memory.hpp"
#include "inference/vision/process_memory.hpp"
#include "inference/vision/unpacked_archive.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cassert>
#include <list>
#include <mutex>

namespace ocelli::inference {

namespace {

using torch::inductor::AOTIModelContainerRunner;

/// One graph, and its files where it needs them while it lives.
struct graph {
  std::unique_ptr<AOTIModelContainerRunner> runner;
  std::unique_ptr<unpacked_archive> files;
};

/// The model on one device.
struct placed_model {
  constant_pool constants; // outlives the graphs, which refer to it
  std::list<graph> graphs;
  compiled_graphs by_size;
};

std::unique_ptr<AOTIModelContainerRunner> load_graph(const unpacked_archive& files,
    const std::filesystem::path& archive, at::Device device, std::size_t workers) {
  const auto& makers = torch::inductor::getAOTIModelRunnerRegistry();
  const auto make = makers.find(c10::DeviceTypeName(device.type(), /*lower_case=*/true));
  if (make == makers.end()) {
    throw model_error(
        fmt::format("{} cannot be loaded: this LibTorch runs no compiled models on {}",
            archive.string(), device.str()));
  }
  try {
    return make->second(files.library().string(), workers, device.str(), files.folder().string(),
        /*run_single_threaded=*/false);
  } catch (const std::exception& error) {
    const std::string text = error.what();
    throw model_error(
        fmt::format("{} cannot be loaded on {}: {}: export it again with scripts/export_model.py",
            archive.string(), device.str(), text.substr(0, text.find('\n'))));
  }
}

std::size_t constant_bytes(const AOTIModelContainerRunner& runner) {
  std::size_t bytes = 0;
  for (const auto& [name, tensor] : runner.extract_constants_map(false)) {
    bytes += tensor.nbytes();
  }
  return bytes;
}

const std::filesystem::path& file_of(const model_package& package, std::uint32_t size) {
  const auto& batches = package.compiled.batches;
  const auto found = std::find_if(
      batches.begin(), batches.end(), [size](const auto& batch) { return batch.size == size; });
  assert(found != batches.end());
  return found->file;
}

/// How many workers take turns at the device at `position`.
std::size_t workers_at(const load_options& options, std::size_t position) {
  std::size_t count = 0;
  for (std::size_t worker = 0; worker < options.threads.workers; ++worker) {
    count += worker % options.devices.size() == position ? 1 : 0;
  }
  return std::max<std::size_t>(count, 1);
}

} // namespace

struct aot_inductor_model::implementation {
  /// Loads the graph for `size` on a device; returns the bytes of memory that it took.
  std::size_t load(const std::filesystem::path& archive, std::uint32_t size, std::size_t position);

  input_spec input;
  std::string precision;
  label_encoder labels;
  load_options options;
  std::list<placed_model> places; // in the order of options.devices
  std::vector<std::string> memory;
};

std::size_t aot_inductor_model::implementation::load(
    const std::filesystem::path& archive, std::uint32_t size, std::size_t position) {
  const std::size_t before = resident_bytes();
  const at::Device device = to_torch_device(options.devices[position]);
  auto files = std::make_unique<unpacked_archive>(archive);
  auto& place = *std::next(places.begin(), static_cast<std::ptrdiff_t>(position));
  auto& added = place.graphs.emplace_back();
  added.runner = load_graph(*files, archive, device, workers_at(options, position));
  place.by_size.emplace(size, added.runner.get());
  if (!device.is_cpu()) {
    files->remove_library();
    // kernels are loaded by the first batch of each worker
    added.files = std::move(files);
    return constant_bytes(*added.runner);
  }
  place.constants.share(*added.runner);
  page_out(files->library());
  const std::size_t after = resident_bytes();
  return after > before ? after - before : 0;
}

aot_inductor_model::aot_inductor_model(std::unique_ptr<implementation> self)
    : self_(std::move(self)) {}

aot_inductor_model::~aot_inductor_model() = default;

std::shared_ptr<const aot_inductor_model> aot_inductor_model::load(
    const model_package& package, const load_options& options) {
  // loading compiled models from several threads at once is not safe
  static std::mutex loading;
  const std::lock_guard lock(loading);
  auto self = std::make_unique<implementation>(implementation{.input = package.input,
      .precision = package.precision,
      .labels = label_encoder(package.labels),
      .options = options,
      .places = {},
      .memory = {}});
  for (std::size_t position = 0; position < options.devices.size(); ++position) {
    self->places.emplace_back();
    for (const std::uint32_t size : options.batch_sizes) {
      const std::size_t bytes = self->load(file_of(package, size), size, position);
      constexpr std::size_t mebibyte = 1 << 20;
      self->memory.push_back(
          fmt::format("{} MiB for batches of {}", (bytes + mebibyte / 2) / mebibyte, size));
    }
  }
  return std::shared_ptr<const aot_inductor_model>(new aot_inductor_model(std::move(self)));
}

std::unique_ptr<inference_engine> aot_inductor_model::make_engine(std::size_t worker) const {
  const auto& options = self_->options;
  const auto device = to_torch_device(device_of(options, worker));
  const auto& place = *std::next(
      self_->places.begin(), static_cast<std::ptrdiff_t>(worker % options.devices.size()));
  return make_engine_on(device,
      {.owner = shared_from_this(),
          .runner = std::make_unique<aot_inductor_runner>(place.by_size, device),
          .input = self_->input,
          .labels = self_->labels,
          .batch_sizes = options.batch_sizes,
          .top = options.top,
          .description = describe_engine("AOTInductor", self_->precision, device, options.threads)},
      options.threads);
}

std::string aot_inductor_model::memory() const {
  return fmt::format("{}", fmt::join(self_->memory, ", "));
}

batch_buffer::memory_source aot_inductor_model::batch_memory() const {
  return memory_for_batches(self_->options.devices);
}

} // namespace ocelli::inference
