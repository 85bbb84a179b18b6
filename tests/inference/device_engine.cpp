#include "inference/vision/device_engine.hpp"

#include "inference/compiled_folder.hpp"
#include "inference/fake_accelerator.hpp"
#include "inference/vision/aot_inductor_runner.hpp"
#include "inference/vision/engine_on_device.hpp"
#include "inference/vision/host_engine.hpp"
#include "inference/vision/pinned_memory.hpp"
#include "inference/vision/torch_script_runner.hpp"

#include <ATen/ATen.h>
#include <catch2/catch.hpp>

#include <algorithm>
#include <functional>
#include <limits>
#include <random>
#include <thread>

namespace ocelli::inference {

namespace {

using Catch::Contains;
using tests::fake_accelerator;
using tests::fake_device;

constexpr std::size_t label_count = 3;

input_spec small_input() {
  input_spec input;
  input.width = 4;
  input.height = 2;
  input.resize = 4;
  input.mean = {0.485F, 0.456F, 0.406F};
  input.std = {0.229F, 0.224F, 0.225F};
  return input;
}

const label_encoder& labels() {
  static const label_encoder encoder({"red", "green", "blue"});
  return encoder;
}

/// A model from a function.
class function_runner final : public model_runner {
 public:
  using function = std::function<at::Tensor(const at::Tensor&)>;
  explicit function_runner(function run) : run_(std::move(run)) {}
  at::Tensor run(const at::Tensor& bytes) override { return run_(bytes); }

 private:
  function run_;
};

at::Tensor mean_colour(const at::Tensor& bytes) {
  return bytes.to(at::kFloat).mean({1, 2}).div(10);
}

engine_parts parts(
    std::unique_ptr<model_runner> runner, std::vector<std::uint32_t> sizes = {1, 4}) {
  return {.owner = nullptr,
      .runner = std::move(runner),
      .input = small_input(),
      .labels = labels(),
      .batch_sizes = std::move(sizes),
      .top = 2,
      .description = "test"};
}

device_engine make_device_engine(function_runner::function run = &mean_colour,
    std::vector<std::uint32_t> sizes = {1, 4}, c10::DeviceIndex device = 0) {
  return {parts(std::make_unique<function_runner>(std::move(run)), std::move(sizes)), {},
      fake_device(device)};
}

/// A batch of noise, each row brightest in the colour of its number.
batch_buffer make_batch(std::size_t rows, unsigned seed = 1) {
  batch_buffer buffer(small_input(), rows);
  std::mt19937 random(seed);
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t i = 0; i < buffer.row_bytes(); ++i) {
      buffer.row(row)[i] = static_cast<std::uint8_t>(
          random() % 100 + (i % label_count == row % label_count ? 100 : 0));
    }
  }
  return buffer;
}

std::size_t place_of(const std::vector<std::string>& log, const std::string& entry) {
  const auto found = std::find(log.begin(), log.end(), entry);
  INFO(entry);
  REQUIRE(found != log.end());
  return static_cast<std::size_t>(found - log.begin());
}

} // namespace

TEST_CASE("an engine on an accelerator gives the answers of one on the processor") {
  fake_accelerator::instance().reset();
  auto device = make_device_engine();
  host_engine host(parts(std::make_unique<function_runner>(&mean_colour)), {});
  const std::size_t rows = GENERATE(1U, 2U, 3U, 4U);
  const auto batch = make_batch(4);
  const auto found = device.run(batch, rows);
  const auto expected = host.run(batch, rows);
  REQUIRE(found.size() == rows);
  for (std::size_t row = 0; row < rows; ++row) {
    REQUIRE(found[row].size() == 2);
    CHECK(found[row][0].index == row % label_count);
    for (std::size_t i = 0; i < 2; ++i) {
      CHECK(found[row][i].index == expected[row][i].index);
      CHECK(found[row][i].confidence == Approx(expected[row][i].confidence));
    }
  }
}

TEST_CASE(
    "copies, model and results are enqueued on the engine's stream, then an event is awaited") {
  auto& accelerator = fake_accelerator::instance();
  accelerator.reset();
  auto engine = make_device_engine();
  const auto before = accelerator.log().size();
  engine.run(make_batch(4), 4);
  auto log = accelerator.log();
  log.erase(log.begin(), log.begin() + static_cast<std::ptrdiff_t>(before));
  CHECK(log.front() == "use stream 1");
  CHECK(log.back() == "use stream 0");
  const auto model = place_of(log, "run aten::mean on 1");
  const auto top = place_of(log, "run aten::topk on 1");
  const auto record = place_of(log, "record on 1");
  CHECK(place_of(log, "copy to device on 1") < model);
  CHECK(model < top);
  CHECK(std::count(log.begin(), log.end(), "copy to device on 1") == 1);
  CHECK(std::count(log.begin(), log.end(), "copy to host on 1") == 3);
  CHECK(std::find(log.begin() + static_cast<std::ptrdiff_t>(record), log.end(),
            "copy to host on 1") == log.end());
  CHECK(log.at(record + 1) == "wait for event of 1");
  CHECK(std::count(log.begin(), log.end(), "wait for event of 1") == 1);
  for (const auto& entry : log) {
    CHECK_THAT(entry, !Catch::EndsWith("on 0"));
  }
}

TEST_CASE("a batch's bytes may be changed as soon as it has run") {
  auto& accelerator = fake_accelerator::instance();
  accelerator.reset();
  auto engine = make_device_engine();
  auto batch = make_batch(4);
  const auto first = engine.run(batch, 4);
  CHECK(accelerator.pending(1) == 0);
  for (std::size_t row = 0; row < 4; ++row) {
    std::fill(batch.row(row).begin(), batch.row(row).end(), std::uint8_t{0});
  }
  for (std::size_t row = 0; row < 4; ++row) {
    CHECK(first[row][0].index == row % label_count);
  }
  // and nothing of the batch before is left in the next one
  CHECK(engine.run(batch, 4)[1][0].confidence == Approx(1.0 / label_count));
}

TEST_CASE("a batch's bytes are read to the end before a failure is told") {
  auto& accelerator = fake_accelerator::instance();
  accelerator.reset();
  auto engine = make_device_engine(
      [](const at::Tensor&) -> at::Tensor { throw std::runtime_error("no\nand a page"); });
  CHECK_THROWS_WITH(engine.run(make_batch(4), 4), "the model failed: no");
  CHECK(accelerator.pending(1) == 0);
  CHECK(accelerator.log().back() == "use stream 0");
}

TEST_CASE("rows that only fill a batch up are black on the device") {
  fake_accelerator::instance().reset();
  at::Tensor seen;
  auto engine = make_device_engine([&](const at::Tensor& bytes) {
    seen = bytes.cpu();
    return mean_colour(bytes);
  });
  engine.run(make_batch(4), 4);
  CHECK(seen.narrow(0, 3, 1).sum().item<std::int64_t>() > 0);
  engine.run(make_batch(4), 2);
  CHECK(seen.sizes() == at::IntArrayRef({4, 2, 4, 3}));
  CHECK(seen.narrow(0, 0, 2).eq(0).sum().item<std::int64_t>() == 0);
  CHECK(seen.narrow(0, 2, 2).sum().item<std::int64_t>() == 0);
}

TEST_CASE("engines on one accelerator work on streams of their own") {
  auto& accelerator = fake_accelerator::instance();
  accelerator.reset();
  std::vector<std::size_t> right(4);
  {
    std::vector<std::jthread> threads;
    for (std::size_t worker = 0; worker < right.size(); ++worker) {
      threads.emplace_back([&, worker] {
        auto engine = make_device_engine(&mean_colour, {4}, worker % 2 == 0 ? 0 : 1);
        const auto batch = make_batch(4, static_cast<unsigned>(worker));
        for (int i = 0; i < 20; ++i) {
          const auto found = engine.run(batch, 4);
          for (std::size_t row = 0; row < 4; ++row) {
            right[worker] += found[row][0].index == row % label_count ? 1 : 0;
          }
        }
      });
    }
  }
  CHECK(right == std::vector<std::size_t>(4, 80));
  const auto log = accelerator.log();
  for (int stream = 1; stream <= 4; ++stream) {
    CHECK(std::count(log.begin(), log.end(), "record on " + std::to_string(stream)) == 20);
  }
}

TEST_CASE("what a model on an accelerator does wrong fails its batch, and the engine goes on") {
  fake_accelerator::instance().reset();
  bool wrong = true;
  const auto [message, mistake] =
      GENERATE(table<std::string, std::function<at::Tensor(const at::Tensor&)>>({
          {"the model gave a value that is not a number",
              [](const at::Tensor& logits) { return logits.log().mul(0).div(0); }},
          {"the model gave a value that is not a number",
              [](const at::Tensor& logits) {
                return logits.sub(std::numeric_limits<float>::infinity());
              }},
          {"the model gave other than float32 numbers [4, 3]",
              [](const at::Tensor& logits) { return logits.narrow(1, 0, 2); }},
          {"the model gave other than float32 numbers [4, 3]",
              [](const at::Tensor& logits) { return logits.to(at::kDouble); }},
          {"the model gave other than float32 numbers [4, 3]",
              [](const at::Tensor&) { return at::Tensor(); }},
      }));
  auto engine = make_device_engine([&, mistake = mistake](const at::Tensor& bytes) {
    return wrong ? mistake(mean_colour(bytes)) : mean_colour(bytes);
  });
  CHECK_THROWS_WITH(engine.run(make_batch(4), 3), message);
  wrong = false;
  CHECK(engine.run(make_batch(4), 3)[1][0].index == 1);
}

TEST_CASE("too little memory on the device is told as such, and the engine goes on") {
  auto& accelerator = fake_accelerator::instance();
  accelerator.reset();
  auto engine = make_device_engine();
  accelerator.exhaust_memory();
  CHECK_THROWS_AS(engine.run(make_batch(4), 4), engine_out_of_memory);
  CHECK_THROWS_WITH(
      engine.run(make_batch(4), 4), "out of memory for a batch of 4: the fake device is full");
  CHECK(accelerator.pending(1) == 0);
  accelerator.reset();
  CHECK(engine.run(make_batch(4), 4)[2][0].index == 2);
}

TEST_CASE("a broken device fails the batch in one line") {
  auto& accelerator = fake_accelerator::instance();
  accelerator.reset();
  auto engine = make_device_engine();
  accelerator.break_down();
  CHECK_THROWS_WITH(engine.run(make_batch(1), 1), "the model failed: the device is broken");
}

TEST_CASE("an engine that cannot be made on a device says so in one line") {
  fake_accelerator::instance().reset();
  CHECK_THROWS_WITH(
      make_engine_on(fake_device(2), parts(std::make_unique<function_runner>(&mean_colour)), {}),
      "no engine can be made on fake:2: no such device");
}

TEST_CASE("a TorchScript module runs on an accelerator as on the processor") {
  fake_accelerator::instance().reset();
  torch::jit::Module module("test");
  module.define("def forward(self, x):\n  return x.mean(dim=[2, 3])\n");
  const auto make = [&](at::Device device) {
    auto engine_parts =
        parts(std::make_unique<torch_script_runner>(module, small_input(), 4, device));
    return make_engine_on(device, std::move(engine_parts), {});
  };
  const auto batch = make_batch(4);
  const auto found = make(fake_device())->run(batch, 4);
  const auto expected = make(at::kCPU)->run(batch, 4);
  for (std::size_t row = 0; row < 4; ++row) {
    CHECK(found[row][0].index == expected[row][0].index);
    CHECK(found[row][0].confidence == Approx(expected[row][0].confidence).epsilon(1e-5));
  }
}

TEST_CASE("batches for an accelerator lie in pinned memory, others in ordinary memory") {
  fake_accelerator::instance().reset();
  const batch_buffer pinned(
      small_input(), 2, memory_for_batches({{.kind = device_kind::cuda, .index = 0}}));
  // what the fake's pinned memory is filled with
  CHECK(pinned.rows(2)[0] == 0xA5);
  const batch_buffer ordinary(small_input(), 2, memory_for_batches({{.kind = device_kind::cpu}}));
  CHECK(ordinary.rows(2)[0] == 0);
}

namespace {

/// A compiled graph that fails, with or without the device's memory being the reason.
class failing_graph final : public torch::inductor::AOTIModelContainerRunner {
 public:
  explicit failing_graph(const std::string& library)
      : AOTIModelContainerRunner(library, 1, "cpu", "", false) {}
  bool out_of_memory = false;

 protected:
  std::vector<at::Tensor> run_impl(std::vector<AtenTensorHandle>&, void*) override {
    if (out_of_memory) {
      fake_accelerator::instance().count_out_of_memory();
    }
    throw std::runtime_error("API call failed");
  }
};

} // namespace

TEST_CASE("a compiled model that ran out of memory is told from one that failed otherwise") {
  auto& accelerator = fake_accelerator::instance();
  accelerator.reset();
  const tests::temporary_folder folder;
  std::filesystem::copy_file(tests::compiled_library, folder.path() / "model.so");
  failing_graph graph((folder.path() / "model.so").string());
  const compiled_graphs graphs = {{4, &graph}};
  device_engine engine(
      parts(std::make_unique<aot_inductor_runner>(graphs, fake_device()), {4}), {}, fake_device());
  CHECK_THROWS_WITH(
      engine.run(make_batch(4), 4), "the compiled model failed; standard error says why");
  graph.out_of_memory = true;
  CHECK_THROWS_AS(engine.run(make_batch(4), 4), engine_out_of_memory);
  CHECK_THROWS_WITH(engine.run(make_batch(4), 4), "out of memory on fake:0 for a batch of 4");
  graph.out_of_memory = false;
  CHECK_THROWS_WITH(
      engine.run(make_batch(4), 4), "the compiled model failed; standard error says why");
}

} // namespace ocelli::inference
