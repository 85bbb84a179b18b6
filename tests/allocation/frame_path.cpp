#include "allocation/allocation_counter.hpp"
#include "inference/jpeg_file.hpp"
#include "inference/test_files.hpp"
#include "inference/vision/preprocessor.hpp"
#include "net/engineio/base64.hpp"
#include "net/service/image_text.hpp"

#include <catch2/catch.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include <malloc.h>
#include <variant>

using namespace ocelli;
using tests::allocation_counter;

namespace {

constexpr std::uint64_t pixel_limit = 50'000'000;

inference::input_spec imagenet() {
  return {.width = 224, .height = 224, .resize = 256, .color = inference::color_order::rgb};
}

cv::Mat photograph(int width, int height) {
  cv::Mat result;
  cv::resize(tests::read_pixels(tests::data_file("photographs/china.jpg")), result,
      cv::Size(width, height), 0, 0, cv::INTER_AREA);
  return result;
}

std::vector<std::byte> encoded(const std::string& ending, const cv::Mat& pixels) {
  std::vector<std::uint8_t> file;
  std::vector<int> options;
  if (ending == ".webp") {
    options = {cv::IMWRITE_WEBP_QUALITY, 80}; // else it is lossless
  }
  REQUIRE(cv::imencode(ending, pixels, file, options));
  const auto bytes = std::as_bytes(std::span(file));
  return {bytes.begin(), bytes.end()};
}

std::string text_of(const std::vector<std::byte>& file) {
  return "data:image/jpeg;base64," +
         engineio::base64_encode({reinterpret_cast<const char*>(file.data()), file.size()});
}

/// The way of a frame: text, pooled buffer, row of a batch. False when it fails.
class frame_path {
 public:
  bool take(std::string_view text) {
    const auto found = net::find_image_text(text);
    auto image = net::decode_image_text(found.encoded, pool_);
    const auto* decoded = std::get_if<inference::image_bytes>(&image);
    return decoded != nullptr && !prepare_.fill(decoded->bytes, row_);
  }

 private:
  net::buffer_pool pool_{std::size_t{64} << 20};
  inference::preprocessor prepare_{imagenet(), pixel_limit};
  std::vector<std::uint8_t> row_ = std::vector<std::uint8_t>(imagenet().row_bytes());
};

std::size_t bytes_in_use() {
  const auto usage = mallinfo2();
  return usage.uordblks + usage.hblkhd;
}

} // namespace

TEST_CASE("an allocation of any kind is counted") {
  const allocation_counter counter;
  // volatile: else the compiler leaves them out
  void* volatile first = std::malloc(1'000);
  void* volatile second = operator new(3'000);
  cv::Mat third(100, 100, CV_8UC1);
  CHECK(counter.count() >= 3);
  CHECK(counter.largest() >= 10'000);
  CHECK(counter.largest() < 11'000);
  std::free(first);
  operator delete(second);
}

TEST_CASE("a frame allocates nothing of its size on its way from the text to the batch") {
  const auto [ending, width, height] = GENERATE(table<std::string, int, int>({
      {".jpg", 224, 224},
      {".jpg", 640, 480},
      {".jpg", 1'280, 720},
      {".jpg", 1'920, 1'080},
      {".jpg", 4'000, 3'000},
      {".png", 640, 480},
      {".png", 1'920, 1'080},
      {".bmp", 640, 480},
      {".webp", 640, 480},
  }));
  const auto file = encoded(ending, photograph(width, height));
  const auto text = text_of(file);
  frame_path path;
  REQUIRE(path.take(text));
  const allocation_counter counter;
  for (int i = 0; i < 5; ++i) {
    REQUIRE(path.take(text));
  }
  const auto largest = counter.largest();
  INFO(ending << " of " << width << " by " << height << ", " << file.size() << " bytes");
  // the libraries' states and a few rows of pixels
  CHECK(largest <= std::size_t{96} << 10);
}

TEST_CASE("a huge picture leaves no memory of its size behind") {
  // black, so that the file is small
  const auto text = text_of(encoded(".png", cv::Mat::zeros(7'000, 7'000, CV_8UC3)));
  frame_path path;
  REQUIRE(path.take(text_of(encoded(".png", photograph(64, 48)))));
  const auto before = bytes_in_use();
  REQUIRE(path.take(text));
  CHECK(bytes_in_use() < before + inference::preprocessor::kept_bytes);
}
