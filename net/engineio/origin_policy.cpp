#include "net/engineio/origin_policy.hpp"

#include <algorithm>
#include <utility>

namespace ocelli::engineio {

origin_policy::origin_policy(std::vector<std::string> origins)
    : origins_(std::move(origins)),
      any_(std::find(origins_.begin(), origins_.end(), "*") != origins_.end()) {}

bool origin_policy::allows(std::string_view origin) const noexcept {
  return !enabled() || any_ ||
         std::find(origins_.begin(), origins_.end(), origin) != origins_.end();
}

} // namespace ocelli::engineio
