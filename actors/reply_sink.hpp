#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ocelli::actors {

/// What became of something handed to a connection.
enum class delivery : std::uint8_t {
  accepted, ///< Queued for sending.
  full,     ///< The client reads too slowly; its connection is being closed.
  closed,   ///< The connection has ended.
};

/// Identifies the acknowledgement that a client waits for, unique per connection.
using acknowledgement_id = std::uint64_t;

/// A label as clients see it.
struct labelled {
  std::string label;
  float confidence = 0; ///< 0 to 1.
};

/// What `[response] details = true` adds.
struct frame_details {
  std::vector<labelled> top;               ///< By falling confidence, at least one.
  std::chrono::nanoseconds queued{0};      ///< From complete receipt to the claim by a batch.
  std::chrono::nanoseconds preparation{0}; ///< Decoding and resizing of the batch.
  std::chrono::nanoseconds inference{0};   ///< Running the batch.
  std::uint32_t batch = 1;                 ///< Frames in the batch; 0 for a reused answer.
};

/// The object of event `response`: `{"message": …, "id": …, …}`.
struct response {
  std::string message;
  /// The client's `id` as it came, JSON text; empty for none.
  std::string id;
  std::optional<frame_details> details;
};

/// The last hop of a reply, declared here and implemented in net/. Thread-safe; never blocks, never
/// throws. What is handed over by one thread is sent in that order.
class reply_sink {
 public:
  virtual ~reply_sink() = default;
  /// Emits event `response`.
  virtual delivery respond(const response& object) noexcept = 0;
  /// Emits event `token` with `{"delta": …, "id": …}`; `id` is JSON text or empty.
  virtual delivery token(std::string_view delta, const std::string& id) noexcept = 0;
  /// Fires an acknowledgement with the object. The second call for the same id does nothing.
  virtual delivery acknowledge(acknowledgement_id id, const response& object) noexcept = 0;
};

using reply_sink_ptr = std::shared_ptr<reply_sink>;

} // namespace ocelli::actors
