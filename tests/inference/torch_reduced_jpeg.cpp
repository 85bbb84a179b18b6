#include "inference/jpeg_file.hpp"
#include "inference/share_folder.hpp"
#include "inference/test_files.hpp"
#include "inference/vision/loaded_model.hpp"
#include "inference/vision/preprocessor.hpp"

#include <catch2/catch.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

namespace ocelli::inference {

TEST_CASE("a JPEG that is decoded at a reduced scale gets the label of its full pixels") {
  const auto package = load_model_package(resolve_model_path("embedded", share_folder()));
  // a half, a quarter and an eighth of the size
  const int side = 28 * GENERATE(4, 16, 32);
  constexpr int images = 64;
  preprocessor prepare(package.input, 2'000'000);
  batch_buffer reduced(package.input, images);
  batch_buffer full(package.input, images);
  std::size_t different = 0;
  for (std::size_t i = 0; i < images; ++i) {
    const std::string stem = "fashion_mnist/" + std::string(i < 10 ? "0" : "") + std::to_string(i);
    cv::Mat large;
    cv::resize(tests::read_pixels(tests::data_file(stem + ".png")), large, cv::Size(side, side), 0,
        0, cv::INTER_CUBIC);
    const auto jpeg = tests::write_jpeg(large);
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(jpeg.data());
    const cv::Mat decoded =
        cv::imdecode(std::vector<std::uint8_t>(bytes, bytes + jpeg.size()), cv::IMREAD_UNCHANGED);
    std::vector<std::uint8_t> png;
    REQUIRE(cv::imencode(".png", decoded, png));
    REQUIRE_FALSE(prepare.fill(jpeg, reduced.row(i)));
    REQUIRE_FALSE(prepare.fill(std::as_bytes(std::span(png)), full.row(i)));
    different +=
        std::equal(reduced.row(i).begin(), reduced.row(i).end(), full.row(i).begin()) ? 0 : 1;
  }
  REQUIRE(different > 0); // else nothing was reduced
  load_options options{.batch_sizes = {images}};
  options.threads.intra_op_threads = 1;
  const auto engine = load_model(package, options)->make_engine(0);
  const auto expected = engine->run(full, images);
  const auto found = engine->run(reduced, images);
  for (std::size_t i = 0; i < images; ++i) {
    CAPTURE(i);
    CHECK(found[i].front().index == expected[i].front().index);
  }
}

} // namespace ocelli::inference
