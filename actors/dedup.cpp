#include "actors/dedup.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

namespace ocelli::actors {

dedup_actor::behavior_type dedup_state::make_behavior() {
  return {
      [this](atom::label, client_id client, const std::string& label) {
        auto [position, first] = last_labels.try_emplace(client, label);
        if (first)
          return true;
        if (position->second == label)
          return false;
        position->second = label;
        return true;
      },
      [this](atom::forget, client_id client) { last_labels.erase(client); },
  };
}

dedup_actor::behavior_type dedup(dedup_actor::stateful_pointer<dedup_state> self) {
  return self->state.make_behavior();
}

} // namespace ocelli::actors
