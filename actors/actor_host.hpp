#pragma once

#include "actors/interfaces.hpp"
#include "actors/ledger.hpp"
#include "actors/metrics.hpp"
#include "config/settings.hpp"
#include "config/threads.hpp"
#include "inference/chat/chat_backend.hpp"
#include "inference/vision/frame_preparer.hpp"
#include "inference/vision/inference_engine.hpp"
#include "inference/vision/input_spec.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace ocelli::actors {

/// What the actors are given by the composition root.
struct host_parts {
  inference::engine_factory make_engine;
  std::shared_ptr<inference::frame_preparer> preparer;
  inference::input_spec input;
  inference::batch_buffer::memory_source batch_memory =
      &inference::batch_buffer::ordinary_memory; ///< For the input of batches.
  std::vector<std::string> labels;               ///< By index of `scored_label`.
  std::shared_ptr<inference::chat_backend> chat; ///< nullptr: every question fails.
  /// Called once, from any thread, when the service cannot go on: a worker hangs, or an actor died.
  std::function<void(const std::string& reason)> on_fatal;
};

/// Owns the actor system and every actor; the way in for net/ and main. Public functions are
/// thread-safe unless said.
class actor_host {
 public:
  /// Starts the actors. Not ready until every worker has warmed its engine up.
  actor_host(
      const config::settings& configured, const config::thread_plan& threads, host_parts parts);
  /// Ends all actors; every session must have been told `closed` before. Not while other calls are
  /// under way. A worker that does not come back (`inference.hang_seconds`) is left running, with
  /// all that it uses: end the process with `std::_Exit` when `healthy` is false.
  ~actor_host();

  /// Blocks until every worker is ready; returns an empty string, or why one cannot become so.
  std::string wait_until_ready();

  /// A SESSION for a new connection. `sink` lives at least until the session was told `closed`.
  session_actor open_session(reply_sink_ptr sink);

  /// True while frames can be answered: warm, not stopping, no worker hung.
  bool ready() const noexcept;
  /// False when a worker hangs or an actor died.
  bool healthy() const noexcept;

  /// From now on frames and questions are refused with `shutting down`; what was accepted goes on.
  void drain() noexcept;
  /// Fails what is still pending with `shutting down`.
  void abort();

  const ledger& counts() const noexcept;
  const metrics& measures() const noexcept;
  /// SESSIONs that have not ended.
  std::size_t clients() const;
  byte_budget& budget() noexcept;

 private:
  struct implementation;
  std::unique_ptr<implementation> self_;
};

} // namespace ocelli::actors
