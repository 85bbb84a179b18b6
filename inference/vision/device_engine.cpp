#include "inference/vision/device_engine.hpp"

#include "inference/vision/inference_threads.hpp"

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>

namespace ocelli::inference {

device_engine::device_engine(
    engine_parts parts, const config::thread_plan& threads, at::Device device)
    : batch_engine(std::move(parts)), stream_(device) {
  limit_engine_threads(threads);
  const c10::InferenceMode inference;
  const c10::StreamGuard current = stream_.make_current();
  const auto rows = static_cast<std::int64_t>(largest());
  const auto kept = static_cast<std::int64_t>(top());
  const auto pinned = at::TensorOptions().pinned_memory(true);
  input_ = at::empty(input_shape(largest()), at::TensorOptions(at::kByte).device(device));
  confidences_ = at::empty({rows, kept}, pinned.dtype(at::kFloat));
  indices_ = at::empty({rows, kept}, pinned.dtype(at::kLong));
  zeros_ = at::empty({rows}, pinned.dtype(at::kFloat));
}

std::vector<prediction> device_engine::run_rows(
    std::span<const std::uint8_t> bytes, std::size_t rows, std::size_t size) {
  const c10::InferenceMode inference;
  const c10::StreamGuard current = stream_.make_current();
  try {
    enqueue(bytes, rows, size);
    stream_.wait();
  } catch (...) {
    // the copy from `bytes`, which belong to the next batch soon, may still be under way
    stream_.settle();
    throw;
  }
  return read_results(rows);
}

void device_engine::enqueue(
    std::span<const std::uint8_t> bytes, std::size_t rows, std::size_t size) {
  const auto count = static_cast<std::int64_t>(rows);
  const auto padding = static_cast<std::int64_t>(size - rows);
  // from_blob takes no constant; it is only read
  const at::Tensor host =
      at::from_blob(const_cast<std::uint8_t*>(bytes.data()), input_shape(rows), at::kByte);
  input_.narrow(0, 0, count).copy_(host, /*non_blocking=*/true);
  if (padding > 0) {
    // nothing of an earlier batch stays in the rows that only fill up
    input_.narrow(0, count, padding).zero_();
  }
  const at::Tensor batch = input_.narrow(0, 0, static_cast<std::int64_t>(size));
  check_input(batch, size);
  const at::Tensor logits = runner().run(batch);
  check_output(logits, size);
  const at::Tensor real = logits.narrow(0, 0, count);
  const auto [confidences, indices] =
      at::topk(at::softmax(real, 1), static_cast<std::int64_t>(top()), 1);
  confidences_.narrow(0, 0, count).copy_(confidences, /*non_blocking=*/true);
  indices_.narrow(0, 0, count).copy_(indices, /*non_blocking=*/true);
  // zero times a number is zero, times infinity or no number it is no number
  zeros_.narrow(0, 0, count).copy_(at::mul(real, 0).sum(1), /*non_blocking=*/true);
}

std::vector<prediction> device_engine::read_results(std::size_t rows) const {
  const auto* zeros = zeros_.const_data_ptr<float>();
  const auto* confidence = confidences_.const_data_ptr<float>();
  const auto* index = indices_.const_data_ptr<std::int64_t>();
  std::vector<prediction> predictions(rows);
  for (std::size_t row = 0; row < rows; ++row) {
    if (zeros[row] != 0) {
      throw engine_error(not_a_number);
    }
    for (std::size_t i = 0; i < top(); ++i) {
      predictions[row].push_back(
          {.index = static_cast<std::uint32_t>(*index++), .confidence = *confidence++});
    }
  }
  return predictions;
}

} // namespace ocelli::inference
