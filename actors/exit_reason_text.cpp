#include "actors/exit_reason_text.hpp"

#include <caf/message.hpp>
#include <caf/sec.hpp>
#include <fmt/format.h>

namespace ocelli::actors {

caf::error failure_reason(const std::string& text) {
  return caf::make_error(caf::sec::runtime_error, text);
}

std::string exit_reason_text(const caf::error& reason) {
  if (reason.context().match_elements<std::string>())
    return reason.context().get_as<std::string>(0);
  return fmt::format("exit code {}", reason.code());
}

} // namespace ocelli::actors
