#include "inference/vision/model_placement.hpp"

#include <catch2/catch.hpp>

namespace ocelli::inference {

namespace {

using Catch::Contains;
using place = config::device_choice::place;

const host_capabilities processor_only{
    .torch_version = "2.11.0", .cpu_features = {"avx2", "fma"}, .gpu_architectures = {}};
const host_capabilities two_gpus{.torch_version = "2.11.0",
    .cpu_features = {"avx2", "fma"},
    .gpu_architectures = {"9.0", "8.6"}};

model_package script() {
  model_package package;
  package.folder = "models/mine";
  return package;
}

model_package compiled(device_kind device) {
  model_package package = script();
  package.format = model_format::aot_inductor;
  package.compiled.device = device;
  package.compiled.torch_version = "2.11.1";
  if (device == device_kind::cpu) {
    package.compiled.cpu_features = {"avx2"};
  } else {
    package.compiled.gpu_architecture = "9.0";
  }
  package.compiled.batches = {
      {.size = 1, .file = {}}, {.size = 4, .file = {}}, {.size = 8, .file = {}}};
  return package;
}

std::string places(const model_package& package, const config::device_choice& choice,
    const host_capabilities& host) {
  std::string text;
  try {
    for (const auto& device : place_model(package, choice, host)) {
      text += (text.empty() ? "" : " ") + to_string(device);
    }
  } catch (const model_error& error) {
    text = error.what();
  }
  return text;
}

} // namespace

TEST_CASE("a TorchScript package runs on every GPU there is, else on the processor") {
  CHECK(places(script(), {place::automatic, {}}, two_gpus) == "cuda:0 cuda:1");
  CHECK(places(script(), {place::automatic, {}}, processor_only) == "cpu");
  CHECK(places(script(), {place::processor, {}}, two_gpus) == "cpu");
  CHECK(places(script(), {place::every_gpu, {}}, two_gpus) == "cuda:0 cuda:1");
  CHECK(places(script(), {place::listed_gpus, {1}}, two_gpus) == "cuda:1");
  CHECK(places(script(), {place::listed_gpus, {1, 0}}, two_gpus) == "cuda:1 cuda:0");
}

TEST_CASE("a compiled package runs on the kind of device it was made for") {
  CHECK(places(compiled(device_kind::cpu), {place::automatic, {}}, two_gpus) == "cpu");
  CHECK(places(compiled(device_kind::cpu), {place::processor, {}}, processor_only) == "cpu");
  CHECK(places(compiled(device_kind::cuda), {place::automatic, {}}, two_gpus) == "cuda:0");
  CHECK(places(compiled(device_kind::cuda), {place::listed_gpus, {0}}, two_gpus) == "cuda:0");
}

TEST_CASE("a GPU that is not there is told, with what there is") {
  CHECK_THAT(places(script(), {place::every_gpu, {}}, processor_only),
      Contains(
          "inference.device is \"cuda\", but this host has no GPU that LibTorch can use: check "
          "the driver"));
  CHECK_THAT(places(script(), {place::listed_gpus, {0}}, processor_only),
      Contains("inference.device names cuda:0, but this host has no GPU"));
  CHECK_THAT(places(script(), {place::listed_gpus, {2}}, two_gpus),
      Contains("inference.device names cuda:2, but this host has cuda:0 (compute capability 9.0), "
               "cuda:1 (compute capability 8.6): name one of these"));
}

TEST_CASE("a package for another kind of device is refused") {
  CHECK_THAT(places(compiled(device_kind::cpu), {place::every_gpu, {}}, two_gpus),
      Contains("models/mine was compiled for the processor, but inference.device wants a GPU"));
  CHECK_THAT(places(compiled(device_kind::cuda), {place::processor, {}}, two_gpus),
      Contains("models/mine was compiled for a GPU, but inference.device is \"cpu\""));
  CHECK_THAT(places(compiled(device_kind::cuda), {place::automatic, {}}, processor_only),
      Contains("compute capability 9.0, but this host has no GPU") &&
          Contains("export it with --device cpu"));
}

TEST_CASE("a package for another GPU is refused") {
  auto other = compiled(device_kind::cuda);
  other.compiled.gpu_architecture = "7.5";
  CHECK_THAT(places(other, {place::automatic, {}}, two_gpus),
      Contains("compute capability 7.5, but this host has cuda:0 (compute capability 9.0)"));
  CHECK_THAT(places(compiled(device_kind::cuda), {place::every_gpu, {}}, two_gpus),
      Contains("compute capability 9.0, but cuda:1 has 8.6"));
  CHECK_THAT(places(compiled(device_kind::cuda), {place::listed_gpus, {1}}, two_gpus),
      Contains("compute capability 9.0, but cuda:1 has 8.6"));
}

TEST_CASE("a package of another torch is refused, one of another patch release is not") {
  auto other = compiled(device_kind::cpu);
  other.compiled.torch_version = "2.1.0";
  CHECK_THAT(places(other, {place::automatic, {}}, processor_only),
      Contains("was compiled by torch 2.1.0, but this is LibTorch 2.11.0: export it again"));
  CHECK(places(compiled(device_kind::cpu), {place::automatic, {}}, processor_only) == "cpu");
}

TEST_CASE("a package for a better processor is refused with what is missing") {
  auto better = compiled(device_kind::cpu);
  better.compiled.cpu_features = {"avx2", "avx512f", "fma", "amx_bf16"};
  CHECK_THAT(places(better, {place::automatic, {}}, processor_only),
      Contains("was compiled for processors with avx512f, amx_bf16, which this one has not: export "
               "it on a host like this one"));
}

TEST_CASE("the batch sizes used are those that the package has and the settings name") {
  const std::vector<std::uint32_t> configured = {1, 2, 4, 16};
  CHECK(usable_batch_sizes(script(), configured) == configured);
  CHECK(usable_batch_sizes(compiled(device_kind::cpu), configured) ==
        std::vector<std::uint32_t>{1, 4});
  CHECK_THROWS_WITH(usable_batch_sizes(compiled(device_kind::cpu), {2, 16}),
      Contains("models/mine has the batch sizes 1, 4, 8, of which inference.batch_sizes (2, 16) "
               "names none"));
}

} // namespace ocelli::inference
