#include "inference/vision/constant_pool.hpp"

#include "inference/compiled_folder.hpp"

#include <ATen/ATen.h>
#include <catch2/catch.hpp>

namespace ocelli::inference {

namespace {

/// A library can be loaded twice only as two files.
class graph_copy {
 public:
  explicit graph_copy(const std::string& library) {
    const auto file = folder_.path() / "model.so";
    std::filesystem::copy_file(library, file);
    runner_ =
        torch::inductor::getAOTIModelRunnerRegistry().at("cpu")(file.string(), 1, "cpu", "", false);
  }

  constant_pool::graph& runner() { return *runner_; }
  /// The logits of one white image.
  std::vector<float> logits() {
    const at::Tensor white = at::full({1, 2, 3, 3}, 255, at::kByte);
    const at::Tensor output = runner_->run({white}).front();
    return {output.data_ptr<float>(), output.data_ptr<float>() + output.numel()};
  }

 private:
  tests::temporary_folder folder_;
  std::unique_ptr<constant_pool::graph> runner_;
};

} // namespace

TEST_CASE("graphs share the weights that are equal and keep the others") {
  constant_pool pool;
  graph_copy first(tests::compiled_library);
  pool.share(first.runner());
  const std::size_t alone = pool.bytes();
  CHECK(alone == (2 * 3 + 2) * sizeof(float));
  graph_copy equal(tests::compiled_library);
  pool.share(equal.runner());
  CHECK(pool.bytes() == alone);
  graph_copy other(tests::other_compiled_library);
  pool.share(other.runner());
  CHECK(pool.bytes() == alone + 2 * sizeof(float));
  graph_copy last(tests::other_compiled_library);
  pool.share(last.runner());
  CHECK(pool.bytes() == alone + 2 * sizeof(float));
  CHECK(first.logits() == std::vector<float>{1, 1});
  CHECK(equal.logits() == std::vector<float>{1, 1});
  CHECK(other.logits() == std::vector<float>{2, 1});
  CHECK(last.logits() == std::vector<float>{2, 1});
}

TEST_CASE("shared weights are read from one place") {
  constant_pool pool;
  graph_copy first(tests::compiled_library);
  pool.share(first.runner());
  graph_copy second(tests::compiled_library);
  pool.share(second.runner());
  // nobody does that but a test
  first.runner().extract_constants_map(false).at("weight").zero_();
  CHECK(first.logits() == std::vector<float>{0, 0});
  CHECK(second.logits() == std::vector<float>{0, 0});
}

} // namespace ocelli::inference
