#pragma once

#include "inference/vision/inference_engine.hpp"
#include "inference/vision/label_encoder.hpp"
#include "inference/vision/loaded_model.hpp"
#include "inference/vision/model_runner.hpp"

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace ocelli::inference {

/// What an engine is made of.
struct engine_parts {
  std::shared_ptr<const loaded_model> owner; ///< Keeps alive what runner and labels refer to.
  std::unique_ptr<model_runner> runner;
  input_spec input;
  const label_encoder& labels;
  std::vector<std::uint32_t> batch_sizes; ///< Ascending, at least one.
  std::size_t top = 1;                    ///< 1 or more.
  std::string description;
};

/// What engines have in common, wherever they compute: the choice of the batch size, warming up,
/// and the errors. For the LibTorch part only.
class batch_engine : public inference_engine {
 public:
  explicit batch_engine(engine_parts parts);

  void warm_up() override;
  std::vector<prediction> run(const batch_buffer& input, std::size_t rows) override;
  std::string description() const override { return parts_.description; }

 protected:
  /// Predictions for `rows` rows in a batch of `size`. Nothing reads `bytes` any more when it
  /// returns or throws.
  virtual std::vector<prediction> run_rows(
      std::span<const std::uint8_t> bytes, std::size_t rows, std::size_t size) = 0;

  /// Throws `engine_error` unless `bytes` is what a batch of `size` has to be: compiled models take
  /// anything and then give nonsense.
  void check_input(const at::Tensor& bytes, std::size_t size) const;
  /// Throws `engine_error` unless `logits` are float32 `[size, labels]`.
  void check_output(const at::Tensor& logits, std::size_t size) const;

  const engine_parts& parts() const noexcept { return parts_; }
  std::size_t largest() const noexcept { return parts_.batch_sizes.back(); }
  /// The dimensions of a batch of `size`.
  std::vector<std::int64_t> input_shape(std::size_t size) const;
  model_runner& runner() noexcept { return *parts_.runner; }
  /// Labels per prediction: no more than there are.
  std::size_t top() const noexcept;

  static constexpr const char* not_a_number = "the model gave a value that is not a number";

 private:
  engine_parts parts_;
};

} // namespace ocelli::inference
