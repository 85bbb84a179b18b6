#pragma once

#include "inference/vision/frame_preparer.hpp"
#include "inference/vision/inference_engine.hpp"
#include "inference/vision/input_spec.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace ocelli::test {

/// Images of the fakes are one byte: the index of their label, or what goes wrong with them.
enum fake_image : std::uint8_t {
  broken_image = 250,  ///< Cannot be decoded.
  failing_image = 251, ///< The engine throws `engine_error`.
  deadly_image = 252,  ///< The engine throws something that no `std::exception` is.
};

/// An image of one byte.
inline inference::image_bytes make_image(std::uint8_t value) {
  auto owner = std::make_shared<std::byte>(std::byte{value});
  return {std::span<const std::byte>(owner.get(), 1), owner};
}

/// The input that takes one byte of an image as it is.
inline inference::input_spec one_byte_input() {
  inference::input_spec input;
  input.width = input.height = input.resize = 1;
  input.color = inference::color_order::gray;
  return input;
}

/// Fills the rows of a batch, as a frame_preparer does.
inline void fill_rows(inference::batch& work) {
  std::size_t row = 0;
  for (auto& item : work.items) {
    auto value = static_cast<std::uint8_t>(item.image.bytes[0]);
    if (value == broken_image)
      item.failure = "broken image";
    else
      work.buffer->row(row++)[0] = value;
  }
  work.preparation = std::chrono::milliseconds(3);
}

/// Prepares at once, on the caller's thread.
class immediate_preparer : public inference::frame_preparer {
 public:
  void prepare(inference::batch_ptr work, std::function<void()> done) override {
    fill_rows(*work);
    done();
  }
};

/// Prepares when the test says so.
class manual_preparer : public inference::frame_preparer {
 public:
  void prepare(inference::batch_ptr work, std::function<void()> done) override {
    seen.push_back(work);
    waiting.emplace_back(std::move(work), std::move(done));
  }

  /// Prepares what has waited longest.
  void finish_one() {
    auto [work, done] = std::move(waiting.front());
    waiting.erase(waiting.begin());
    fill_rows(*work);
    done();
  }

  std::vector<inference::batch_ptr> seen;
  std::vector<std::pair<inference::batch_ptr, std::function<void()>>> waiting;
};

/// Answers with the byte of each row as label.
class fake_engine : public inference::inference_engine {
 public:
  void warm_up() override {}
  std::vector<inference::prediction> run(
      const inference::batch_buffer& input, std::size_t rows) override {
    std::vector<inference::prediction> result;
    for (auto value : input.rows(rows)) {
      if (value == failing_image)
        throw inference::engine_error("out of memory\nand a page of details");
      if (value == deadly_image)
        throw 42;
      result.push_back({{value, 0.75F}, {static_cast<std::uint32_t>(value + 1), 0.25F}});
    }
    return result;
  }
  std::string description() const override { return "fake engine"; }
};

} // namespace ocelli::test
