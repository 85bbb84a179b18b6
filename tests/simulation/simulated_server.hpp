#pragma once

#include "config/settings.hpp"
#include "inference/vision/batch_former.hpp"
#include "simulation/event_queue.hpp"
#include "simulation/model_cost.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

namespace ocelli::simulation {

/// How a frame ended.
enum class frame_end : std::uint8_t { answered, superseded, expired, rejected };

/// A server in simulated time: frames in, ends out.
class simulated_server {
 public:
  using end_function = std::function<void(std::uint64_t client, std::uint64_t frame, frame_end)>;

  virtual ~simulated_server() = default;
  /// A frame arrives now; ids of a client are never used twice. Calls the end function once for it,
  /// now or later.
  virtual void add(
      std::uint64_t client, std::uint64_t frame, std::optional<time_point> deadline) = 0;

  std::uint64_t batches = 0;
  std::uint64_t rows = 0;
};

/// Ocelli: `inference::batch_former` with everything around it simulated.
class adaptive_server final : public simulated_server {
 public:
  /// What a batch size is measured to cost at the start, when it costs so much.
  using measurement = std::function<nanoseconds(std::size_t size, nanoseconds cost)>;

  /// A worker for each of `costs`, which are measured rightly at the start unless said.
  adaptive_server(event_queue& events, const config::frame_settings& frames,
      std::uint32_t max_delay_ms, std::vector<model_cost> costs, end_function end,
      const measurement& measure = {});

  void add(std::uint64_t client, std::uint64_t frame, std::optional<time_point> deadline) override;

  /// A client leaves; nothing is told about its frames any more.
  void forget(std::uint64_t client);

  /// How long an answer takes from the engine to the client's connection.
  static constexpr nanoseconds handing_over = std::chrono::microseconds(100);

 private:
  struct batch {
    std::uint64_t id = 0;
    std::vector<inference::client_frame> rows;
  };
  struct worker {
    model_cost cost;
    noisy_time noise;
    std::deque<batch> prepared; // the first one runs
  };

  void claim();
  void prepare(inference::batch_claim claimed);
  void run(std::size_t index);
  void finish(std::size_t index, nanoseconds took);

  event_queue& events_;
  end_function end_;
  std::vector<worker> workers_;
  inference::batch_former former_;
  time_point decoded_by_; // everything that was claimed
  std::uint64_t generation_ = 0;
};

/// What others do: frames wait in one queue, first come, first served, until there are enough for
/// the largest batch or the first one has waited for `delay`. Every frame is decoded as it arrives.
class fixed_delay_server final : public simulated_server {
 public:
  fixed_delay_server(event_queue& events, nanoseconds delay, model_cost cost, end_function end);

  void add(std::uint64_t client, std::uint64_t frame, std::optional<time_point> deadline) override;

 private:
  struct waiting_frame {
    std::uint64_t client = 0;
    std::uint64_t frame = 0;
    time_point queued;
  };

  void run();

  event_queue& events_;
  nanoseconds delay_;
  model_cost cost_;
  noisy_time noise_;
  end_function end_;
  std::vector<time_point> decoders_; // when each thread is free
  std::deque<waiting_frame> waiting_;
  bool busy_ = false;
};

} // namespace ocelli::simulation
