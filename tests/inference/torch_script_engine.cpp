#include "inference/share_folder.hpp"
#include "inference/torch_module_file.hpp"
#include "inference/vision/preprocessor.hpp"
#include "inference/vision/torch_script_model.hpp"

#include <catch2/catch.hpp>

#include <cmath>
#include <sstream>
#include <thread>

namespace ocelli::inference {

namespace {

using Catch::Contains;
using tests::data_file;
using tests::mean_of_colors;
using tests::model_folder;
using tests::write_module;

std::unique_ptr<inference_engine> make_engine(const model_package& package, load_options options) {
  options.threads.intra_op_threads = 1;
  return load_model(package, options)->make_engine(0);
}

model_package embedded() {
  return load_model_package(resolve_model_path("embedded", share_folder()));
}

/// The images of fashion_mnist/logits.csv in `buffer`, and their logits.
std::vector<std::vector<float>> load_fashion(const model_package& package, batch_buffer& buffer) {
  std::vector<std::vector<float>> logits;
  preprocessor prepare(package.input, 1'000'000);
  for (const auto& line : tests::read_lines(data_file("fashion_mnist/logits.csv"))) {
    std::istringstream fields(line);
    std::string field;
    std::getline(fields, field, ',');
    const auto bytes = tests::read_bytes(data_file("fashion_mnist/" + field));
    REQUIRE_FALSE(prepare.fill(bytes, buffer.row(logits.size())));
    auto& row = logits.emplace_back();
    while (std::getline(fields, field, ',')) {
      row.push_back(std::stof(field));
    }
  }
  return logits;
}

} // namespace

TEST_CASE("the embedded model gives the logits of the Python pipeline") {
  const auto package = embedded();
  batch_buffer buffer(package.input, 128);
  const auto expected = load_fashion(package, buffer);
  REQUIRE(expected.size() == 128);
  const auto engine = make_engine(package, {.batch_sizes = {1, 8, 128}, .top = 10});
  const auto predictions = engine->run(buffer, 128);
  REQUIRE(predictions.size() == 128);
  double largest = 0;
  for (std::size_t i = 0; i < 128; ++i) {
    REQUIRE(predictions[i].size() == 10);
    // logits up to a constant per image: softmax takes it away, the mean gives it back
    double mean_found = 0;
    double mean_expected = 0;
    for (const auto& label : predictions[i]) {
      mean_found += std::log(label.confidence) / 10;
      mean_expected += expected[i][label.index] / 10;
    }
    for (const auto& label : predictions[i]) {
      const double found = std::log(label.confidence) - mean_found + mean_expected;
      largest = std::max(largest, std::abs(found - expected[i][label.index]));
    }
  }
  INFO("largest difference of a logit: " << largest);
  CHECK(largest < 1e-3);
}

TEST_CASE("an image gets the same answer in every batch size and beside any neighbour") {
  const auto package = embedded();
  batch_buffer buffer(package.input, 128);
  load_fashion(package, buffer);
  const auto engine = make_engine(package, {.batch_sizes = {1, 4, 16, 128}, .top = 3});
  engine->warm_up();
  const auto alone = engine->run(buffer, 1);
  const std::size_t rows = GENERATE(2U, 4U, 5U, 16U, 17U, 128U);
  const auto together = engine->run(buffer, rows);
  REQUIRE(together.size() == rows);
  REQUIRE(together[0].size() == 3);
  CHECK(together[0][0].index == alone[0][0].index);
  CHECK(together[0][0].confidence == Approx(alone[0][0].confidence).margin(1e-4));
}

TEST_CASE("engines on several threads share a model") {
  const auto package = embedded();
  const auto model = load_model(package, {.batch_sizes = {32}, .top = 1});
  batch_buffer buffer(package.input, 128);
  load_fashion(package, buffer);
  std::vector<std::vector<prediction>> answers(3);
  std::vector<std::jthread> threads;
  for (auto& answer : answers) {
    threads.emplace_back([&] {
      const auto engine = model->make_engine(0);
      for (int i = 0; i < 5; ++i) {
        answer = engine->run(buffer, 32);
      }
    });
  }
  threads.clear();
  for (std::size_t i = 0; i < 32; ++i) {
    CHECK(answers[1][i][0].index == answers[0][i][0].index);
    CHECK(answers[2][i][0].index == answers[0][i][0].index);
  }
}

TEST_CASE("input is normalised per channel in the order of the package") {
  model_folder folder("", "red\ngreen\n");
  write_module(folder, mean_of_colors);
  const auto package = load_model_package(folder.path());
  batch_buffer buffer(package.input, 1);
  const auto row = buffer.row(0);
  for (std::size_t i = 0; i < row.size(); i += 3) {
    row[i] = 255;
    row[i + 1] = 51;
  }
  const auto found = make_engine(package, {.batch_sizes = {1}, .top = 2})->run(buffer, 1);
  const double red = (1.0 - 0.485) / 0.229;
  const double green = (0.2 - 0.456) / 0.224;
  CHECK(found[0][0].index == 0);
  CHECK(found[0][0].confidence == Approx(std::exp(red) / (std::exp(red) + std::exp(green))));
}

TEST_CASE("a batch that the model fails for is an engine error, and the engine goes on") {
  model_folder folder;
  write_module(folder, "def forward(self, x):\n"
                       "  assert not bool((x > 2.5).any()), 'too bright'\n"
                       "  return x.mean(dim=[2, 3])[:, :2]\n");
  const auto package = load_model_package(folder.path());
  const auto engine = make_engine(package, {.batch_sizes = {1}, .top = 1});
  batch_buffer buffer(package.input, 1);
  CHECK(engine->run(buffer, 1).size() == 1);
  buffer.row(0)[2] = 255;
  CHECK_THROWS_AS(engine->run(buffer, 1), engine_error);
  buffer.row(0)[2] = 0;
  CHECK(engine->run(buffer, 1).size() == 1);
}

TEST_CASE("values that are no numbers are an engine error") {
  model_folder folder;
  write_module(folder, "def forward(self, x):\n  return torch.log(x.mean(dim=[2, 3])[:, :2])\n");
  const auto package = load_model_package(folder.path());
  const auto engine = make_engine(package, {.batch_sizes = {1}, .top = 1});
  const batch_buffer black(package.input, 1);
  CHECK_THROWS_WITH(engine->run(black, 1), "the model gave a value that is not a number");
}

TEST_CASE("warming up runs every batch size and reports the one that fails") {
  model_folder folder;
  write_module(folder, "def forward(self, x):\n"
                       "  assert x.size(0) != 8, 'not eight'\n"
                       "  return x.mean(dim=[2, 3])[:, :2]\n");
  const auto package = load_model_package(folder.path());
  make_engine(package, {.batch_sizes = {1, 4}, .top = 1})->warm_up();
  CHECK_THROWS_WITH(make_engine(package, {.batch_sizes = {1, 8}, .top = 1})->warm_up(),
      Contains("the model failed for a batch of 8"));
}

TEST_CASE("an engine describes itself for the log") {
  const auto package = embedded();
  CHECK(make_engine(package, {.batch_sizes = {1}, .top = 1})->description() ==
        "TorchScript, CPU, float32, 1 thread");
}

} // namespace ocelli::inference
