#pragma once

#include "simulation/event_queue.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace ocelli::simulation {

/// What a simulated machine takes: an engine with `fixed + n * per_frame` for a batch of n, and
/// threads that decode.
struct model_cost {
  std::string name;
  nanoseconds fixed{0};
  nanoseconds per_frame{0};
  nanoseconds decode{0}; ///< One image on one thread.
  std::size_t decode_threads = 2;
  double noise = 0.03; ///< Standard deviation of an engine's time, as a share of it.
  std::vector<std::uint32_t> batch_sizes = {1, 2, 4, 8, 16, 32};

  /// A batch of exactly `frames` frames.
  nanoseconds exact(std::size_t frames) const {
    return fixed + static_cast<std::int64_t>(frames) * per_frame;
  }
  /// A batch of `frames` frames in the smallest batch size that holds it.
  nanoseconds padded(std::size_t frames) const {
    return exact(*std::lower_bound(batch_sizes.begin(), batch_sizes.end(), frames));
  }
  nanoseconds preparation(std::size_t frames) const {
    return static_cast<std::int64_t>((frames + decode_threads - 1) / decode_threads) * decode;
  }
  /// Frames per second in the largest batches.
  double capacity() const {
    std::chrono::duration<double> largest = exact(batch_sizes.back());
    return batch_sizes.back() / largest.count();
  }
};

/// Times that vary as the model says.
class noisy_time {
 public:
  noisy_time(double share, std::uint64_t seed) : factor_(1, share), random_(seed) {}
  nanoseconds operator()(nanoseconds mean) {
    auto factor = std::clamp(factor_(random_), 0.5, 2.0);
    return nanoseconds(std::llround(static_cast<double>(mean.count()) * factor));
  }

 private:
  std::normal_distribution<double> factor_;
  std::mt19937_64 random_;
};

} // namespace ocelli::simulation
