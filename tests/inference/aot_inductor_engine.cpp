#include "inference/compiled_folder.hpp"
#include "inference/compiled_model/faults.hpp"
#include "inference/vision/loaded_model.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>

namespace ocelli::inference {

namespace {

using Catch::Contains;
using tests::compiled_folder;
using tests::model_fault;

/// An engine on the tests' compiled model, and a batch for it.
struct compiled_engine {
  explicit compiled_engine(std::vector<std::uint32_t> sizes = {1, 2, 4})
      : folder(sizes), package(folder.load()), buffer(package.input, sizes.back()) {
    load_options options;
    options.batch_sizes = sizes;
    options.top = 2;
    engine = load_model(package, options)->make_engine(0);
    for (std::size_t row = 0; row < buffer.capacity(); ++row) {
      fill(row, 0, 0);
    }
  }

  /// Every pixel of a row.
  void fill(std::size_t row, std::uint8_t red, std::uint8_t green) {
    auto bytes = buffer.row(row);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
      bytes[i] = red;
      bytes[i + 1] = green;
      bytes[i + 2] = 7;
    }
  }

  std::string error(std::size_t rows) {
    try {
      engine->run(buffer, rows);
    } catch (const engine_error& error) {
      return error.what();
    }
    return "none";
  }

  compiled_folder folder;
  model_package package;
  batch_buffer buffer;
  std::unique_ptr<inference_engine> engine;
};

double softmax(double wanted, double other) {
  return std::exp(wanted) / (std::exp(wanted) + std::exp(other));
}

} // namespace

TEST_CASE("a compiled model gives the labels of its logits, for every number of rows") {
  compiled_engine compiled;
  for (std::size_t row = 0; row < 4; ++row) {
    compiled.fill(row, row % 2 == 0 ? 204 : 51, 102);
  }
  compiled.engine->warm_up();
  const std::size_t rows = GENERATE(1U, 2U, 3U, 4U);
  const auto found = compiled.engine->run(compiled.buffer, rows);
  REQUIRE(found.size() == rows);
  for (std::size_t row = 0; row < rows; ++row) {
    REQUIRE(found[row].size() == 2);
    CHECK(found[row][0].index == (row % 2 == 0 ? 0 : 1));
    CHECK(found[row][0].confidence == Approx(row % 2 == 0 ? softmax(0.8, 0.4) : softmax(0.4, 0.2)));
  }
}

TEST_CASE("rows that only fill a batch up are black, whatever the buffer has there") {
  compiled_engine compiled({4});
  // in the padding it would make the whole batch fail
  compiled.fill(1, static_cast<std::uint8_t>(model_fault::throws), 0);
  compiled.fill(0, 200, 100);
  const auto alone = compiled.engine->run(compiled.buffer, 1);
  CHECK(alone[0][0].index == 0);
  batch_buffer small(compiled.package.input, 1);
  std::copy(compiled.buffer.row(0).begin(), compiled.buffer.row(0).end(), small.row(0).begin());
  CHECK(compiled.engine->run(small, 1)[0][0].confidence == alone[0][0].confidence);
}

TEST_CASE("what a compiled model does wrong fails its batch, and the engine goes on") {
  compiled_engine compiled;
  const auto [fault, message] = GENERATE(table<model_fault, std::string>({
      {model_fault::throws, "the compiled model failed; standard error says why"},
      {model_fault::gives_no_number, "the model gave a value that is not a number"},
      {model_fault::gives_wrong_shape, "the model gave other than float32 numbers [2, 2]"},
      {model_fault::gives_wrong_type, "the model gave other than float32 numbers [2, 2]"},
  }));
  compiled.buffer.row(0)[0] = static_cast<std::uint8_t>(fault);
  CHECK(compiled.error(2) == message);
  compiled.fill(0, 9, 100);
  CHECK(compiled.engine->run(compiled.buffer, 2)[0][0].index == 1);
}

TEST_CASE("warming up reports labels that the compiled model does not have") {
  const compiled_folder folder({2});
  tests::write_text(folder.path() / "labels.txt", "red\ngreen\nblue\n");
  load_options options;
  options.batch_sizes = {2};
  const auto engine = load_model(folder.load(), options)->make_engine(0);
  CHECK_THROWS_WITH(engine->warm_up(),
      "the model failed for a batch of 2: the model gave other than float32 numbers [2, 3]");
}

TEST_CASE("an engine on a compiled model describes itself and outlives its model's owner") {
  compiled_engine compiled({1});
  CHECK(compiled.engine->description() == "AOTInductor, CPU, float32, 1 thread");
  CHECK(compiled.engine->run(compiled.buffer, 1).size() == 1);
}

} // namespace ocelli::inference
