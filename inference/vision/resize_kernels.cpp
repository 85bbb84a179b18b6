#include "inference/vision/resize_kernels.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace ocelli::inference {

namespace {

constexpr int fraction_bits = resize_weights::fraction_bits;
constexpr std::int32_t half = 1 << (fraction_bits - 1);
constexpr std::size_t block = 32;

std::uint8_t to_byte(std::int32_t sum) {
  // rounded weights can add up to a little more than one
  return static_cast<std::uint8_t>(std::min(sum >> fraction_bits, 255));
}

template <std::size_t Channels>
void resize_places(const std::uint8_t* input, const resize_weights& columns, std::size_t begin,
    std::uint8_t* output) {
  for (std::size_t x = begin; x < columns.places(); ++x) {
    const std::int32_t* weights = columns.weights(x);
    const std::uint8_t* pixel = input + columns.first(x) * Channels;
    std::array<std::int32_t, Channels> sums;
    sums.fill(half);
    for (std::size_t tap = 0; tap < columns.count(x); ++tap, pixel += Channels) {
      for (std::size_t channel = 0; channel < Channels; ++channel) {
        sums[channel] += pixel[channel] * weights[tap];
      }
    }
    for (std::size_t channel = 0; channel < Channels; ++channel) {
      output[x * Channels + channel] = to_byte(sums[channel]);
    }
  }
}

void portable_columns(const pixel_view& part, const resize_weights& columns, std::uint8_t* narrowed,
    std::size_t stride) {
  assert(part.channels == 1 || part.channels == 3);
  const auto resize = part.channels == 1 ? resize_places<1> : resize_places<3>;
  for (std::size_t y = 0; y < part.height; ++y) {
    resize(part.row(y), columns, 0, narrowed + y * stride);
  }
}

void portable_rows(const std::uint8_t* narrowed, std::size_t stride, std::size_t row_bytes,
    const resize_weights& rows, std::uint8_t* output) {
  for (std::size_t y = 0; y < rows.places(); ++y, output += row_bytes) {
    const std::int32_t* weights = rows.weights(y);
    for (std::size_t begin = 0; begin < row_bytes; begin += block) {
      std::array<std::int32_t, block> sums;
      sums.fill(half);
      const std::uint8_t* row = narrowed + rows.first(y) * stride + begin;
      for (std::size_t tap = 0; tap < rows.count(y); ++tap, row += stride) {
        for (std::size_t i = 0; i < block; ++i) {
          sums[i] += row[i] * weights[tap];
        }
      }
      const std::size_t bytes = std::min(block, row_bytes - begin);
      std::transform(sums.begin(), sums.begin() + bytes, output + begin, to_byte);
    }
  }
}

#if defined(__x86_64__)

#define OCELLI_AVX2 __attribute__((target("avx2")))

/// Two pixels of three channels, one of each row, as integers; a byte behind each is read too.
OCELLI_AVX2 inline __m256i load_pixels(const std::uint8_t* first, const std::uint8_t* second) {
  std::int32_t pixels[2];
  std::memcpy(&pixels[0], first, sizeof pixels[0]);
  std::memcpy(&pixels[1], second, sizeof pixels[1]);
  return _mm256_cvtepu8_epi32(_mm_insert_epi32(_mm_cvtsi32_si128(pixels[0]), pixels[1], 1));
}

/// Writes a pixel to each row, and an arbitrary byte behind it.
OCELLI_AVX2 inline void store_pixels(__m256i sums, std::uint8_t* first, std::uint8_t* second) {
  const __m256i words = _mm256_srli_epi32(sums, fraction_bits);
  const __m256i shorts = _mm256_packus_epi32(words, words);
  const __m256i bytes = _mm256_packus_epi16(shorts, shorts);
  const std::int32_t pixels[2] = {_mm256_cvtsi256_si32(bytes), _mm256_extract_epi32(bytes, 4)};
  std::memcpy(first, &pixels[0], sizeof pixels[0]);
  std::memcpy(second, &pixels[1], sizeof pixels[1]);
}

OCELLI_AVX2 void avx2_columns(const pixel_view& part, const resize_weights& columns,
    std::uint8_t* narrowed, std::size_t stride) {
  constexpr std::size_t channels = 3;
  constexpr std::size_t rows = 4; // at once, since they share the weights
  if (part.channels != channels) {
    portable_columns(part, columns, narrowed, stride);
    return;
  }
  // the byte behind the last pixel of a place must lie in the row
  std::size_t places = 0;
  while (places < columns.places() && columns.first(places) + columns.count(places) < part.width) {
    ++places;
  }
  for (std::size_t y = 0; y < part.height; y += rows) {
    std::array<const std::uint8_t*, rows> input;
    std::array<std::uint8_t*, rows> output;
    for (std::size_t i = 0; i < rows; ++i) {
      // beyond the last row, that one once more
      const std::size_t row = std::min(y + i, part.height - 1);
      input[i] = part.row(row);
      output[i] = narrowed + row * stride;
    }
    for (std::size_t x = 0; x < places; ++x) {
      const std::int32_t* const weights = columns.weights(x);
      const std::size_t count = columns.count(x);
      std::size_t offset = columns.first(x) * channels;
      __m256i upper = _mm256_set1_epi32(half);
      __m256i lower = upper;
      for (std::size_t tap = 0; tap < count; ++tap, offset += channels) {
        const __m256i weight = _mm256_set1_epi32(weights[tap]);
        upper = _mm256_add_epi32(
            upper, _mm256_mullo_epi32(load_pixels(input[0] + offset, input[1] + offset), weight));
        lower = _mm256_add_epi32(
            lower, _mm256_mullo_epi32(load_pixels(input[2] + offset, input[3] + offset), weight));
      }
      store_pixels(upper, output[0] + x * channels, output[1] + x * channels);
      store_pixels(lower, output[2] + x * channels, output[3] + x * channels);
    }
    for (std::size_t i = 0; i < rows; ++i) {
      resize_places<channels>(input[i], columns, places, output[i]);
    }
  }
}

OCELLI_AVX2 inline __m256i load_bytes(const std::uint8_t* bytes) {
  return _mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(bytes)));
}

OCELLI_AVX2 void avx2_rows(const std::uint8_t* narrowed, std::size_t stride, std::size_t row_bytes,
    const resize_weights& rows, std::uint8_t* output) {
  constexpr std::size_t lanes = 8;
  for (std::size_t y = 0; y < rows.places(); ++y, output += row_bytes) {
    const std::int32_t* const weights = rows.weights(y);
    const std::size_t count = rows.count(y);
    for (std::size_t begin = 0; begin < row_bytes; begin += block) {
      __m256i a = _mm256_set1_epi32(half);
      __m256i b = a;
      __m256i c = a;
      __m256i d = a;
      const std::uint8_t* row = narrowed + rows.first(y) * stride + begin;
      for (std::size_t tap = 0; tap < count; ++tap, row += stride) {
        const __m256i weight = _mm256_set1_epi32(weights[tap]);
        a = _mm256_add_epi32(a, _mm256_mullo_epi32(load_bytes(row), weight));
        b = _mm256_add_epi32(b, _mm256_mullo_epi32(load_bytes(row + lanes), weight));
        c = _mm256_add_epi32(c, _mm256_mullo_epi32(load_bytes(row + 2 * lanes), weight));
        d = _mm256_add_epi32(d, _mm256_mullo_epi32(load_bytes(row + 3 * lanes), weight));
      }
      const __m256i front = _mm256_packus_epi32(
          _mm256_srli_epi32(a, fraction_bits), _mm256_srli_epi32(b, fraction_bits));
      const __m256i back = _mm256_packus_epi32(
          _mm256_srli_epi32(c, fraction_bits), _mm256_srli_epi32(d, fraction_bits));
      // packing works on halves of a register: fours of bytes come as a c e g, b d f h
      const __m256i bytes = _mm256_permutevar8x32_epi32(
          _mm256_packus_epi16(front, back), _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7));
      if (row_bytes - begin >= block) {
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(output + begin), bytes);
      } else {
        alignas(block) std::array<std::uint8_t, block> last;
        _mm256_store_si256(reinterpret_cast<__m256i*>(last.data()), bytes);
        std::copy_n(last.begin(), row_bytes - begin, output + begin);
      }
    }
  }
}

#endif

} // namespace

const resize_kernels& portable_kernels() noexcept {
  static constexpr resize_kernels kernels{"portable", portable_columns, portable_rows};
  return kernels;
}

const resize_kernels& fastest_kernels() noexcept {
#if defined(__x86_64__)
  static constexpr resize_kernels avx2{"AVX2", avx2_columns, avx2_rows};
  if (__builtin_cpu_supports("avx2")) {
    return avx2;
  }
#endif
  return portable_kernels();
}

} // namespace ocelli::inference
