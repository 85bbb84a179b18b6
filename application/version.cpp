#include "application/version.hpp"

namespace ocelli {

const char* version() noexcept { return OCELLI_VERSION; }

} // namespace ocelli
