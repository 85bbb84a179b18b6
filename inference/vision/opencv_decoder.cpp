#include "inference/vision/opencv_decoder.hpp"

#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>

#include <new>

namespace ocelli::inference {

namespace {

/// Gives one matrix memory that is there already. Handing OpenCV a matrix with its size instead
/// would not do: one that it cannot decode comes back with the pixels of the image before.
class borrowed_memory final : public cv::MatAllocator {
 public:
  borrowed_memory(std::uint8_t* memory, std::size_t bytes) : memory_(memory), bytes_(bytes) {}

  cv::UMatData* allocate(int dimensions, const int* sizes, int type, void* data, std::size_t* steps,
      cv::AccessFlag, cv::UMatUsageFlags) const override {
    std::size_t total = CV_ELEM_SIZE(type);
    for (int i = dimensions - 1; i >= 0; --i) {
      steps[i] = total;
      total *= static_cast<std::size_t>(sizes[i]);
    }
    // OpenCV then takes memory of its own
    if (data != nullptr || total > bytes_) {
      throw std::bad_alloc();
    }
    auto* result = new cv::UMatData(this);
    result->data = result->origdata = memory_;
    result->size = total;
    return result;
  }

  bool allocate(cv::UMatData*, cv::AccessFlag, cv::UMatUsageFlags) const override { return false; }

  void deallocate(cv::UMatData* data) const override {
    data->data = data->origdata = nullptr;
    delete data;
  }

 private:
  std::uint8_t* memory_;
  std::size_t bytes_;
};

} // namespace

std::optional<pixel_view> decode_with_opencv(
    std::span<const std::byte> image, const image_header& header, scratch_memory& memory) {
  constexpr std::size_t channels = 3;
  const std::size_t bytes = channels * header.pixels();
  std::uint8_t* const place = memory.take(bytes);
  borrowed_memory borrowed(place, bytes);
  // OpenCV's view of constant bytes is not constant; its decoders only read them
  const cv::Mat encoded(
      1, static_cast<int>(image.size()), CV_8UC1, const_cast<std::byte*>(image.data()));
  cv::Mat pixels;
  pixels.allocator = &borrowed;
  cv::imdecode(encoded, cv::IMREAD_COLOR | cv::IMREAD_IGNORE_ORIENTATION, &pixels);
  if (pixels.data != place || pixels.cols != static_cast<int>(header.width) ||
      pixels.rows != static_cast<int>(header.height)) {
    return std::nullopt;
  }
  return pixel_view{.data = pixels.data,
      .width = header.width,
      .height = header.height,
      .channels = channels,
      .stride = pixels.step[0]};
}

} // namespace ocelli::inference
