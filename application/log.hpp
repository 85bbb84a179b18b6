#pragma once

#include "config/settings.hpp"

#include <string>
#include <string_view>

namespace ocelli {

/// Sends the process's log to standard error, one line each with time and level, in colour on a
/// terminal. Once.
void set_up_log(config::log_level least);

/// A line of the network library, which names its own options with their values, as in
/// `message_bytes (1000000)`, with the names of the settings of [limits] that they follow from, as
/// in `limits.message_bytes (1000000)`.
std::string with_setting_names(std::string line);

/// Logs a line of the network library; `level` is "info", "warning" or "error". Thread-safe.
void log_network_line(std::string_view level, const std::string& line);

} // namespace ocelli
