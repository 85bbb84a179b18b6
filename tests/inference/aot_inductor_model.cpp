#include "inference/vision/aot_inductor_model.hpp"

#include "inference/compiled_folder.hpp"
#include "inference/temporary_root.hpp"

#include <catch2/catch.hpp>

#include <thread>

namespace ocelli::inference {

namespace {

using Catch::Contains;
using tests::compiled_folder;

load_options for_sizes(std::vector<std::uint32_t> sizes) {
  load_options options;
  options.batch_sizes = std::move(sizes);
  options.top = 2;
  return options;
}

} // namespace

TEST_CASE("a compiled package that is no library is refused in one line") {
  const compiled_folder folder({1});
  tests::write_archive(folder.file(1), folder.path() / "labels.txt");
  std::string error;
  try {
    aot_inductor_model::load(folder.load(), for_sizes({1}));
  } catch (const model_error& refused) {
    error = refused.what();
  }
  CHECK_THAT(error, Contains("batch_1.pt2 cannot be loaded on cpu: ") &&
                        Contains("export it again with scripts/export_model.py"));
  CHECK(error.find('\n') == std::string::npos);
}

TEST_CASE("a compiled model tells the memory of every batch size that is used") {
  const compiled_folder folder;
  const auto model = load_model(folder.load(), for_sizes({1, 4}));
  CHECK_THAT(
      model->memory(), Catch::Matches("[0-9]+ MiB for batches of 1, [0-9]+ MiB for batches of 4"));
}

TEST_CASE("a compiled model leaves no files behind while it is served") {
  const compiled_folder folder;
  const auto package = folder.load();
  const tests::temporary_folder root;
  const tests::temporary_root set(root.path());
  const auto model = load_model(package, for_sizes({1, 2, 4}));
  CHECK(std::filesystem::is_empty(root.path()));
  model->make_engine(0)->warm_up();
}

TEST_CASE("engines of several workers run a compiled model at once") {
  const compiled_folder folder;
  auto options = for_sizes({1, 4});
  options.threads.workers = 3;
  const auto package = folder.load();
  const auto model = load_model(package, options);
  std::vector<std::size_t> right(3);
  std::vector<std::jthread> threads;
  for (std::size_t worker = 0; worker < right.size(); ++worker) {
    threads.emplace_back([&, worker] {
      const auto engine = model->make_engine(worker);
      engine->warm_up();
      batch_buffer buffer(package.input, 4);
      const std::size_t colour = worker % 2;
      for (std::size_t row = 0; row < 4; ++row) {
        std::fill(buffer.row(row).begin(), buffer.row(row).end(), std::uint8_t{0});
        buffer.row(row)[3 + colour] = 200;
      }
      for (int i = 0; i < 50; ++i) {
        for (const auto& found : engine->run(buffer, 4)) {
          right[worker] += found[0].index == colour ? 1 : 0;
        }
      }
    });
  }
  threads.clear();
  CHECK(right == std::vector<std::size_t>{200, 200, 200});
}

TEST_CASE("models may be loaded by several threads at once") {
  const compiled_folder folder;
  const auto package = folder.load();
  std::vector<std::shared_ptr<const loaded_model>> models(3);
  std::vector<std::jthread> threads;
  for (auto& model : models) {
    threads.emplace_back([&] { model = load_model(package, for_sizes({1, 2})); });
  }
  threads.clear();
  for (const auto& model : models) {
    REQUIRE(model != nullptr);
    model->make_engine(0)->warm_up();
  }
}

} // namespace ocelli::inference
