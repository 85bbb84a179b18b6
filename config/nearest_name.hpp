#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ocelli::config {

/// The candidate that `name` is most likely a misspelling of; nullopt when none is close: at most a
/// third of its letters, and at least two, may be wrong (Levenshtein distance).
std::optional<std::string> nearest_name(
    std::string_view name, const std::vector<std::string>& candidates);

} // namespace ocelli::config
