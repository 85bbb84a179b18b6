#pragma once

#include <caf/error.hpp>

#include <string>

namespace ocelli::actors {

/// An exit reason that carries words.
caf::error failure_reason(const std::string& text);

/// The words of an exit reason, or its code when it carries none.
std::string exit_reason_text(const caf::error& reason);

} // namespace ocelli::actors
