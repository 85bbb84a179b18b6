#include "inference/vision/host_engine.hpp"

#include "inference/vision/inference_threads.hpp"

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>

#include <algorithm>
#include <cmath>

namespace ocelli::inference {

host_engine::host_engine(engine_parts parts, const config::thread_plan& threads)
    : batch_engine(std::move(parts)) {
  limit_engine_threads(threads);
  const c10::InferenceMode inference;
  padded_ = at::empty(input_shape(largest()), at::kByte);
}

at::Tensor host_engine::to_batch(std::span<const std::uint8_t> bytes, std::size_t size) {
  if (bytes.size() == size * parts().input.row_bytes()) {
    // from_blob takes no constant, and models do not write their input
    return at::from_blob(const_cast<std::uint8_t*>(bytes.data()), input_shape(size), at::kByte);
  }
  auto* begin = padded_.data_ptr<std::uint8_t>();
  auto* end = std::copy(bytes.begin(), bytes.end(), begin);
  // nothing of an earlier batch stays in the rows that only fill up
  std::fill(end, begin + size * parts().input.row_bytes(), std::uint8_t{0});
  return padded_.narrow(0, 0, static_cast<std::int64_t>(size));
}

std::vector<prediction> host_engine::run_rows(
    std::span<const std::uint8_t> bytes, std::size_t rows, std::size_t size) {
  const c10::InferenceMode inference;
  const at::Tensor batch = to_batch(bytes, size);
  check_input(batch, size);
  at::Tensor logits = runner().run(batch);
  check_output(logits, size);
  logits = logits.contiguous();
  std::vector<prediction> predictions;
  predictions.reserve(rows);
  const std::size_t labels = parts().labels.size();
  for (std::size_t row = 0; row < rows; ++row) {
    const std::span<const float> values(logits.data_ptr<float>() + row * labels, labels);
    if (!std::all_of(values.begin(), values.end(), [](float x) { return std::isfinite(x); })) {
      throw engine_error(not_a_number);
    }
    predictions.push_back(parts().labels.decode(values, top()));
  }
  return predictions;
}

} // namespace ocelli::inference
