#pragma once

#include "config/settings.hpp"
#include "inference/vision/image_bytes.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <tuple>
#include <unordered_map>
#include <vector>

namespace ocelli::inference {

/// A frame that waits to be part of a batch.
struct queued_frame {
  std::uint64_t id = 0; ///< Unique within its client.
  image_bytes image;
  std::shared_ptr<const void>
      lease; ///< Share of `limits.pending_bytes`, given back with the frame.
  std::chrono::steady_clock::time_point received; ///< When the whole frame had been received.
  /// When the answer is worth nothing any more; none for no limit.
  std::optional<std::chrono::steady_clock::time_point> deadline;
};

using queued_frame_ptr = std::shared_ptr<const queued_frame>;

/// A frame with the client it belongs to.
struct client_frame {
  std::uint64_t client = 0;
  queued_frame_ptr frame;
};

/// The waiting frames of all clients, and how many of each client are in work. A frame is in work
/// from `claim` to `hand_over`. The turns are a deficit round-robin with frames of equal cost: next
/// is the client whose last frame was claimed longest ago, so that shares stay equal when most
/// frames never wait because they could not be in time. A client that comes new is last. Decides
/// only; knows no threads and no clock. Not thread-safe.
class frame_queue {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  /// What became of a frame that came in.
  struct admission {
    bool accepted = true; ///< False when the client's queue is full (policy queue) or too many
                          ///< frames come before.
    queued_frame_ptr
        replaced; ///< The older waiting frame whose place it took (policy latest), or nullptr.
  };

  /// Policy latest: one frame of a client waits and one is in work, whatever `queue` and `in_work`
  /// say.
  explicit frame_queue(const config::frame_settings& limits);

  /// Takes a frame in when fewer than `reach` frames would be claimed before it. Ids of one client
  /// are never used twice.
  admission add(std::uint64_t client, queued_frame_ptr frame,
      std::size_t reach = std::numeric_limits<std::size_t>::max());

  /// How many frames `claim(most)` would return.
  std::size_t ready(std::size_t most) const;

  /// Waiting frames of this client that cannot be claimed before others of it have been handed
  /// over.
  std::size_t held_back(std::uint64_t client) const;

  /// How many frames that can be claimed have no deadline before `done`; counts up to `most`.
  std::size_t in_time(std::size_t most, time_point done) const;

  /// What `claim` took out of the queue.
  struct claimed {
    std::vector<client_frame> frames; ///< In work now.
    std::vector<client_frame> missed; ///< Their deadline is before `done`; they had no turn.
  };

  /// Takes up to `most` frames into work: one of each client in turn, oldest first within a client,
  /// and a second one only when every other client that may has had its first. Frames that will be
  /// done at `done`, too late, do not count and come back as missed.
  claimed claim(std::size_t most, const std::optional<time_point>& done = {});

  /// A frame is no longer in work. Unknown clients and frames are ignored.
  void hand_over(std::uint64_t client, std::uint64_t frame);

  /// Drops everything about a client.
  void forget(std::uint64_t client);

  /// Takes out the waiting frames whose deadline is at or before `now`, earliest first. Frames in
  /// work never expire.
  std::vector<client_frame> expire(time_point now);

  /// Takes out all waiting frames.
  std::vector<client_frame> drop_waiting();

  /// Earliest deadline of a waiting frame.
  std::optional<time_point> next_deadline() const;

  /// Waiting frames of all clients.
  std::size_t waiting() const noexcept { return waiting_; }

  /// True when a frame of this client could be claimed now.
  bool has_turn(std::uint64_t client) const;

  /// True when a frame that this client would `add` now had to wait for others of it to be handed
  /// over.
  bool blocked(std::uint64_t client) const;

  /// Clients that were not forgotten.
  std::size_t clients() const noexcept { return clients_.size(); }

 private:
  struct client_slot {
    std::deque<queued_frame_ptr> waiting;
    std::vector<std::uint64_t> in_work;
    std::uint64_t turn = 0; // of its last claim, or of its arrival; less goes first
  };
  using client_map = std::unordered_map<std::uint64_t, client_slot>;

  std::size_t claimable(const client_slot& slot) const;
  std::size_t ahead(std::uint64_t client, const client_slot& slot, std::size_t most) const;
  void settle(client_map::iterator position);
  void watch(std::uint64_t client, const queued_frame& frame);
  void unwatch(std::uint64_t client, const queued_frame& frame);

  bool newest_wins_;
  std::size_t waiting_limit_;
  std::size_t in_work_limit_;
  client_map clients_;
  std::map<std::uint64_t, std::uint64_t> turns_; // by turn: clients with a frame to be claimed
  std::uint64_t last_turn_ = 0;
  std::size_t waiting_ = 0;
  std::set<std::tuple<time_point, std::uint64_t, std::uint64_t>>
      deadlines_; // of waiting frames: when, client, frame
};

} // namespace ocelli::inference
