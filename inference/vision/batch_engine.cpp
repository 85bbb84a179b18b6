#include "inference/vision/batch_engine.hpp"

#include <c10/util/Exception.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cassert>
#include <new>
#include <string_view>

namespace ocelli::inference {

namespace {

/// The first line of what LibTorch says; behind it come pages of addresses.
std::string_view first_line(const char* text) {
  const std::string_view whole(text);
  return whole.substr(0, whole.find('\n'));
}

} // namespace

batch_engine::batch_engine(engine_parts parts) : parts_(std::move(parts)) {
  assert(!parts_.batch_sizes.empty() && parts_.top >= 1 &&
         std::is_sorted(parts_.batch_sizes.begin(), parts_.batch_sizes.end()));
}

void batch_engine::warm_up() {
  const batch_buffer black(parts_.input, largest());
  for (const std::uint32_t size : parts_.batch_sizes) {
    try {
      run_rows(black.rows(size), size, size);
    } catch (const std::exception& error) {
      throw engine_error(
          fmt::format("the model failed for a batch of {}: {}", size, first_line(error.what())));
    }
  }
}

std::vector<prediction> batch_engine::run(const batch_buffer& input, std::size_t rows) {
  assert(rows >= 1 && rows <= input.capacity() && rows <= largest());
  const std::size_t size =
      *std::lower_bound(parts_.batch_sizes.begin(), parts_.batch_sizes.end(), rows);
  try {
    return run_rows(input.rows(rows), rows, size);
  } catch (const engine_error&) {
    throw;
  } catch (const c10::OutOfMemoryError& error) {
    throw engine_out_of_memory(
        fmt::format("out of memory for a batch of {}: {}", size, first_line(error.what())));
  } catch (const std::bad_alloc&) {
    throw engine_out_of_memory(fmt::format("out of memory for a batch of {}", size));
  } catch (const std::exception& error) {
    throw engine_error(fmt::format("the model failed: {}", first_line(error.what())));
  }
}

void batch_engine::check_input(const at::Tensor& bytes, std::size_t size) const {
  if (bytes.scalar_type() != at::kByte || !bytes.sizes().equals(input_shape(size)) ||
      !bytes.is_contiguous()) {
    throw engine_error("the batch is not laid out as the model wants it");
  }
}

void batch_engine::check_output(const at::Tensor& logits, std::size_t size) const {
  const auto labels = static_cast<std::int64_t>(parts_.labels.size());
  if (!logits.defined() || logits.dim() != 2 || logits.size(0) != static_cast<std::int64_t>(size) ||
      logits.size(1) != labels || logits.scalar_type() != at::kFloat) {
    throw engine_error(
        fmt::format("the model gave other than float32 numbers [{}, {}]", size, labels));
  }
}

std::vector<std::int64_t> batch_engine::input_shape(std::size_t size) const {
  return {static_cast<std::int64_t>(size), parts_.input.height, parts_.input.width,
      static_cast<std::int64_t>(parts_.input.channels())};
}

std::size_t batch_engine::top() const noexcept {
  return std::min(parts_.top, parts_.labels.size());
}

} // namespace ocelli::inference
