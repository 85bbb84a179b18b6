#pragma once

#include "inference/vision/pixels.hpp"
#include "inference/vision/resize_kernels.hpp"
#include "inference/vision/resize_weights.hpp"
#include "inference/vision/scratch_memory.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

namespace ocelli::inference {

/// Resizes pictures with a triangle filter that widens with the reduction (bilinear, antialiased),
/// to the same bytes as Pillow's `Image.resize` with `BILINEAR`: columns first, then rows, each
/// result rounded to a byte. Keeps tables and memory for pictures of the same size; for one thread
/// at a time.
class antialiased_resizer {
 public:
  explicit antialiased_resizer(const resize_kernels& kernels = fastest_kernels())
      : kernels_(&kernels) {}

  /// Says what is to be made, and returns the part of the picture at hand that it is made of.
  /// Throws `std::bad_alloc`.
  pixel_region prepare(const resize_axis& columns, const resize_axis& rows);

  /// Makes the window that was prepared from that part of the picture, 1 or 3 channels. `output`
  /// takes `height * width * channels` bytes of the window. Throws `std::bad_alloc`.
  void resize(const pixel_view& part, std::span<std::uint8_t> output);

  /// Frees what is held when it is more than `kept` bytes.
  void trim(std::size_t kept) noexcept;

 private:
  const resize_kernels* kernels_;
  resize_weights columns_;
  resize_weights rows_;
  scratch_memory narrowed_;
};

} // namespace ocelli::inference
