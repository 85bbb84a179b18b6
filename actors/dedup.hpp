#pragma once

#include "actors/interfaces.hpp"

#include <string>
#include <unordered_map>

namespace ocelli::actors {

/// State of DEDUP.
struct dedup_state {
  static inline constexpr const char* name = "dedup";

  dedup_actor::behavior_type make_behavior();

  std::unordered_map<client_id, std::string> last_labels;
};

/// Tells whether a label differs from the last one of the same client, and remembers it.
dedup_actor::behavior_type dedup(dedup_actor::stateful_pointer<dedup_state> self);

} // namespace ocelli::actors
