#pragma once

#include "actors/reply_sink.hpp"

#include <string>
#include <string_view>

namespace ocelli::net {

/// The object of event `response` as JSON: `message`, then `id` when there is one, then with
/// details `label`, `confidence`, `top` (a list of `label` and `confidence`) and `timings`
/// (`queued_ms`, `preparation_ms`, `inference_ms`, `batch`).
std::string to_json(const actors::response& object);

/// The object of event `token`: `delta`, then `id` when there is one.
std::string token_json(std::string_view delta, std::string_view id);

} // namespace ocelli::net
