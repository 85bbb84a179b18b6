#include "inference/vision/antialiased_resize.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstring>
#include <vector>

namespace ocelli::inference {

namespace {

/// Weights are integers with this many bits behind the point: a sum of 255 times the weights and a
/// half fits 32 bits.
constexpr int fraction_bits = 22;
constexpr std::int32_t half = 1 << (fraction_bits - 1);

/// For every place of one axis of the window: which input places it is made of, and their weights.
struct axis_weights {
  std::size_t taps = 0;             ///< Weights per place, the rest filled with zeros.
  std::vector<std::size_t> first;   ///< First input place.
  std::vector<std::size_t> count;   ///< Input places, at least 1.
  std::vector<std::int32_t> weight; ///< `[places, taps]`.
};

axis_weights make_weights(
    std::size_t input, std::uint64_t full, std::uint64_t begin, std::size_t places) {
  const double scale = static_cast<double>(input) / static_cast<double>(full);
  const double reach = std::max(scale, 1.0);
  axis_weights result;
  result.taps = static_cast<std::size_t>(std::ceil(reach)) * 2 + 1;
  result.first.resize(places);
  result.count.resize(places);
  result.weight.resize(places * result.taps);
  std::vector<double> exact(result.taps);
  for (std::size_t place = 0; place < places; ++place) {
    const double center = (static_cast<double>(begin + place) + 0.5) * scale;
    const auto low = static_cast<std::size_t>(std::max(center - reach + 0.5, 0.0));
    const auto high = std::min(static_cast<std::size_t>(center + reach + 0.5), input);
    double sum = 0;
    for (std::size_t i = low; i < high; ++i) {
      const double distance = std::abs((static_cast<double>(i) - center + 0.5) * (1.0 / reach));
      exact[i - low] = distance < 1.0 ? 1.0 - distance : 0.0;
      sum += exact[i - low];
    }
    for (std::size_t i = 0; i < high - low; ++i) {
      const double weight = sum != 0 ? exact[i] / sum : exact[i];
      result.weight[place * result.taps + i] =
          static_cast<std::int32_t>(0.5 + weight * (1 << fraction_bits));
    }
    result.first[place] = low;
    result.count[place] = high - low;
  }
  return result;
}

std::uint8_t to_byte(std::int32_t sum) {
  // rounded weights can add up to a little more than one
  return static_cast<std::uint8_t>(std::min(sum >> fraction_bits, 255));
}

template <std::size_t Channels>
void resize_row(const std::uint8_t* input, const axis_weights& columns, std::uint8_t* output) {
  for (std::size_t x = 0; x < columns.first.size(); ++x) {
    const std::int32_t* weights = columns.weight.data() + x * columns.taps;
    const std::uint8_t* pixel = input + columns.first[x] * Channels;
    std::int32_t sums[Channels];
    std::fill_n(sums, Channels, half);
    for (std::size_t tap = 0; tap < columns.count[x]; ++tap, pixel += Channels) {
      for (std::size_t channel = 0; channel < Channels; ++channel) {
        sums[channel] += pixel[channel] * weights[tap];
      }
    }
    for (std::size_t channel = 0; channel < Channels; ++channel) {
      output[x * Channels + channel] = to_byte(sums[channel]);
    }
  }
}

std::uint64_t half_to_even(std::uint64_t doubled) {
  const std::uint64_t down = doubled / 2;
  return doubled % 2 == 0 ? down : down + down % 2;
}

} // namespace

resize_window centered_window(std::size_t picture_width, std::size_t picture_height,
    std::size_t shorter_side, std::size_t width, std::size_t height) noexcept {
  assert(width <= shorter_side && height <= shorter_side);
  resize_window window{
      .full_width = shorter_side, .full_height = shorter_side, .width = width, .height = height};
  if (picture_width <= picture_height) {
    window.full_height = std::uint64_t{shorter_side} * picture_height / picture_width;
  } else {
    window.full_width = std::uint64_t{shorter_side} * picture_width / picture_height;
  }
  window.left = half_to_even(window.full_width - width);
  window.top = half_to_even(window.full_height - height);
  return window;
}

void antialiased_resize(
    const pixel_view& picture, const resize_window& window, std::span<std::uint8_t> output) {
  assert(output.size() == window.width * window.height * picture.channels);
  const axis_weights rows =
      make_weights(picture.height, window.full_height, window.top, window.height);
  const std::size_t first_row = rows.first.front();
  const std::size_t end_row = rows.first.back() + rows.count.back();
  const std::size_t row_bytes = window.width * picture.channels;

  std::vector<std::uint8_t> narrowed((end_row - first_row) * row_bytes);
  if (window.full_width == picture.width) {
    for (std::size_t y = first_row; y < end_row; ++y) {
      std::memcpy(narrowed.data() + (y - first_row) * row_bytes,
          picture.data + y * picture.stride + window.left * picture.channels, row_bytes);
    }
  } else {
    const axis_weights columns =
        make_weights(picture.width, window.full_width, window.left, window.width);
    const auto resize = picture.channels == 1 ? resize_row<1> : resize_row<3>;
    for (std::size_t y = first_row; y < end_row; ++y) {
      resize(picture.data + y * picture.stride, columns,
          narrowed.data() + (y - first_row) * row_bytes);
    }
  }

  std::vector<std::int32_t> sums(row_bytes);
  for (std::size_t y = 0; y < window.height; ++y) {
    std::fill(sums.begin(), sums.end(), half);
    for (std::size_t tap = 0; tap < rows.count[y]; ++tap) {
      const std::uint8_t* row = narrowed.data() + (rows.first[y] - first_row + tap) * row_bytes;
      const std::int32_t weight = rows.weight[y * rows.taps + tap];
      for (std::size_t i = 0; i < row_bytes; ++i) {
        sums[i] += row[i] * weight;
      }
    }
    std::transform(sums.begin(), sums.end(),
        output.begin() + static_cast<std::ptrdiff_t>(y * row_bytes), to_byte);
  }
}

} // namespace ocelli::inference
