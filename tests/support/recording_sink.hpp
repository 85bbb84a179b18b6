#pragma once

#include "actors/reply_sink.hpp"

#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace ocelli::test {

/// One call of a sink.
struct sink_call {
  enum class kind { respond, token, acknowledge };
  kind what = kind::respond;
  std::string text;                  ///< Message or delta.
  std::string id = {};               ///< JSON text.
  std::uint64_t acknowledgement = 0; ///< Of `acknowledge`.
  std::optional<actors::frame_details> details = {};
};

/// Keeps what it is given. Thread-safe.
class recording_sink : public actors::reply_sink {
 public:
  actors::delivery respond(const actors::response& object) noexcept override {
    return add({sink_call::kind::respond, object.message, object.id, 0, object.details});
  }
  actors::delivery token(std::string_view delta, const std::string& id) noexcept override {
    return add({sink_call::kind::token, std::string(delta), id});
  }
  actors::delivery acknowledge(
      actors::acknowledgement_id id, const actors::response& object) noexcept override {
    return add({sink_call::kind::acknowledge, object.message, object.id, id, object.details});
  }

  std::vector<sink_call> calls() const {
    std::lock_guard lock(mutex_);
    return calls_;
  }

  /// Messages of all `respond` calls.
  std::vector<std::string> responses() const { return texts(sink_call::kind::respond); }
  /// Messages of all `acknowledge` calls.
  std::vector<std::string> acknowledged() const { return texts(sink_call::kind::acknowledge); }

  /// Blocks until this many calls have been made.
  void wait_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return calls_.size() >= count; });
  }

 private:
  actors::delivery add(sink_call call) noexcept {
    std::lock_guard lock(mutex_);
    calls_.push_back(std::move(call));
    changed_.notify_all();
    return actors::delivery::accepted;
  }

  std::vector<std::string> texts(sink_call::kind what) const {
    std::lock_guard lock(mutex_);
    std::vector<std::string> result;
    for (const auto& call : calls_) {
      if (call.what == what)
        result.push_back(call.text);
    }
    return result;
  }

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<sink_call> calls_;
};

} // namespace ocelli::test
