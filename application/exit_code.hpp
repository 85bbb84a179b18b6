#pragma once

namespace ocelli {

/// How the process ends. After a second signal it is 128 plus the signal's number, as shells have
/// it.
enum class exit_code : int {
  success = 0,
  start_failed = 1,  ///< A model that cannot be served, a port in use.
  usage = 2,         ///< A wrong command line or configuration.
  cannot_go_on = 70, ///< An inference worker hangs or an actor died (EX_SOFTWARE of sysexits.h).
};

} // namespace ocelli
