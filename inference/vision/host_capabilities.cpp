#include "inference/vision/host_capabilities.hpp"

#include <algorithm>
#include <iterator>
#include <sstream>

namespace ocelli::inference {

std::set<std::string> parse_cpu_features(std::string_view cpuinfo) {
  std::set<std::string> common;
  bool first = true;
  std::istringstream lines{std::string(cpuinfo)};
  for (std::string line; std::getline(lines, line);) {
    const auto colon = line.find(':');
    const auto name = std::string_view(line).substr(0, line.find_first_of(" \t:"));
    if (colon == std::string::npos || name != "flags") {
      continue;
    }
    std::istringstream words(line.substr(colon + 1));
    const std::set<std::string> features{std::istream_iterator<std::string>(words), {}};
    if (first) {
      common = features;
    } else {
      // a kernel thread is moved between processors, so the weakest one counts
      std::erase_if(common, [&](const auto& feature) { return !features.contains(feature); });
    }
    first = false;
  }
  return common;
}

} // namespace ocelli::inference
