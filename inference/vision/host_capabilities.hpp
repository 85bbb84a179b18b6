#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace ocelli::inference {

/// What this host offers to a compiled model.
struct host_capabilities {
  std::string torch_version;                  ///< Of LibTorch, as in "2.11.0".
  std::set<std::string> cpu_features;         ///< As /proc/cpuinfo names them.
  std::vector<std::string> gpu_architectures; ///< Compute capability of each usable GPU, by number.
};

/// The features that every processor has, from the text of /proc/cpuinfo; empty when there are none
/// in it.
std::set<std::string> parse_cpu_features(std::string_view cpuinfo);

} // namespace ocelli::inference
