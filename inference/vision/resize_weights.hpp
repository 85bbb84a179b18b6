#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace ocelli::inference {

/// One axis of a picture and what a resized window needs of it, in pixels.
struct resize_axis {
  std::size_t length = 0; ///< Of the original picture, at least 1.
  /// Original pixels per pixel of the picture at hand, which has `length / reduction` of them,
  /// rounded up: 1 unless a decoder has reduced it.
  std::size_t reduction = 1;
  bool mirrored = false;   ///< The reduction began at the far end of the axis.
  std::uint64_t full = 0;  ///< The picture resized, at least 1.
  std::uint64_t begin = 0; ///< First place of the window.
  std::size_t places = 0;  ///< Places of the window, at least 1.

  /// Pixels of the picture at hand.
  std::size_t reduced_length() const noexcept { return (length + reduction - 1) / reduction; }
  bool operator==(const resize_axis&) const = default;
};

/// For every place of one axis of a window: which pixels it is made of, and their weights. A
/// triangle filter that widens with the reduction (bilinear, antialiased), with the numbers of
/// Pillow's `BILINEAR`.
class resize_weights {
 public:
  /// Weights are integers with this many bits behind the point: a sum of 255 times the weights and
  /// a half fits 32 bits.
  static constexpr int fraction_bits = 22;

  /// Calculates the weights unless they are those of the call before. Throws `std::bad_alloc`.
  void prepare(const resize_axis& axis);

  /// Whether every place is one pixel, places and pixels in the same order.
  bool copies() const noexcept { return copies_; }
  std::size_t places() const noexcept { return first_.size(); }
  /// First pixel that any place needs.
  std::size_t begin() const noexcept { return begin_; }
  /// One past the last pixel that any place needs.
  std::size_t end() const noexcept { return end_; }
  /// First pixel of a place, counted from `begin()`.
  std::size_t first(std::size_t place) const noexcept { return first_[place]; }
  /// Weights per place: as many as the place with the most pixels has, the rest zeros.
  std::size_t taps() const noexcept { return taps_; }
  /// Pixels of a place, 1 to `taps()`.
  std::size_t count(std::size_t place) const noexcept { return count_[place]; }
  /// The weights of a place, `taps()` of them.
  const std::int32_t* weights(std::size_t place) const noexcept {
    return weights_.data() + place * taps_;
  }
  /// Frees what is held when it is more than `kept` bytes.
  void trim(std::size_t kept) noexcept;

 private:
  void calculate(const resize_axis& axis);

  resize_axis axis_;
  bool copies_ = false;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::size_t taps_ = 0;
  std::vector<std::size_t> first_;
  std::vector<std::size_t> count_;
  std::vector<std::int32_t> weights_;
  std::vector<double> exact_;
};

} // namespace ocelli::inference
