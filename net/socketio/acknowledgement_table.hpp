#pragma once

#include "net/socketio/socket.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace ocelli::socketio {

/// The acknowledgements for which one socket waits, bounded in number. Each handler leaves the
/// table once. Not thread-safe.
class acknowledgement_table {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  /// The id under which `handler` waits until `deadline`: 0, 1, 2, …; nullopt when `most` wait.
  std::optional<std::uint64_t> add(answer_handler handler, time_point deadline, std::size_t most);
  /// Takes the handler of an id out; empty when none waits under it.
  answer_handler take(std::uint64_t id);
  /// Takes those out whose deadline has come, the earliest first.
  std::vector<answer_handler> take_expired(time_point now);
  /// Takes all out, in the order of their ids.
  std::vector<answer_handler> take_all();
  /// nullopt when none waits.
  std::optional<time_point> next_deadline() const;

 private:
  struct waiting {
    answer_handler handler;
    time_point deadline;
  };

  std::uint64_t next_id_ = 0;
  std::map<std::uint64_t, waiting> waiting_;
  std::set<std::pair<time_point, std::uint64_t>> deadlines_;
};

} // namespace ocelli::socketio
