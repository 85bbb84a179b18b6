#pragma once

#include "inference/chat/chat_backend.hpp"

#include <string>
#include <vector>

namespace ocelli::inference {

/// One sentence or two on everything in `observed`: frames of each label, in the order in which
/// they were first seen.
std::string summary_of_seen(const std::vector<observation>& observed);

/// One sentence on the newest label in `observed`.
std::string summary_of_last_seen(const std::vector<observation>& observed);

/// One sentence on how many frames and labels are in `observed`.
std::string summary_of_seen_count(const std::vector<observation>& observed);

} // namespace ocelli::inference
