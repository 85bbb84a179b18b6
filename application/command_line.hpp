#pragma once

#include "application/exit_code.hpp"
#include "config/settings.hpp"

#include <iosfwd>
#include <string>
#include <variant>
#include <vector>

namespace ocelli {

/// Reads the command line and the configuration that it names. Returns the settings to run with, or
/// the code to end with at once: after `--help`, `--version` and `--check-config`, which write to
/// `output`, and after mistakes, which are all written to `errors`. `arguments` are those after the
/// program's name.
std::variant<config::settings, exit_code> read_command_line(
    const std::vector<std::string>& arguments, std::ostream& output, std::ostream& errors);

} // namespace ocelli
