#include "config/processor_quota.hpp"

#include <algorithm>
#include <fstream>
#include <functional>
#include <string>

namespace ocelli::config {

namespace {

namespace fs = std::filesystem;

std::optional<double> ratio(double quota, double period) {
  if (quota <= 0 || period <= 0)
    return std::nullopt;
  return quota / period;
}

/// Of one group, version 2: "200000 100000", or "max 100000" for no quota.
std::optional<double> unified_quota(const fs::path& group) {
  std::ifstream file{group / "cpu.max"};
  double quota = 0;
  double period = 0;
  if (!(file >> quota >> period))
    return std::nullopt;
  return ratio(quota, period);
}

/// Of one group, version 1: -1 for no quota.
std::optional<double> legacy_quota(const fs::path& group) {
  std::ifstream quota_file{group / "cpu.cfs_quota_us"};
  std::ifstream period_file{group / "cpu.cfs_period_us"};
  double quota = 0;
  double period = 0;
  if (!(quota_file >> quota) || !(period_file >> period))
    return std::nullopt;
  return ratio(quota, period);
}

void take_least(std::optional<double>& least, std::optional<double> other) {
  if (other)
    least = std::min(least.value_or(*other), *other);
}

/// Of the group and its ancestors. Inside a container the group's path may be the host's, which
/// does not exist below `mount`; walking up still finds the container's own quota, which is at the
/// mount's root then.
std::optional<double> least_quota(const fs::path& mount, fs::path group,
    const std::function<std::optional<double>(const fs::path&)>& quota_of) {
  std::optional<double> least;
  group = group.relative_path();
  while (!group.empty()) {
    take_least(least, quota_of(mount / group));
    group = group.parent_path();
  }
  take_least(least, quota_of(mount));
  return least;
}

bool has_controller(std::string_view controllers, std::string_view wanted) {
  while (!controllers.empty()) {
    auto end = std::min(controllers.find(','), controllers.size());
    if (controllers.substr(0, end) == wanted)
      return true;
    controllers.remove_prefix(std::min(end + 1, controllers.size()));
  }
  return false;
}

} // namespace

std::optional<double> processor_quota(const fs::path& root) {
  auto mounts = root / "sys/fs/cgroup";
  std::optional<double> least;
  std::ifstream groups{root / "proc/self/cgroup"};
  std::string line;
  // each line is "number:controllers:path"; version 2 has the number 0 and no controllers
  // (cgroups(7))
  while (std::getline(groups, line)) {
    auto first = line.find(':');
    auto second = line.find(':', first == std::string::npos ? first : first + 1);
    if (second == std::string::npos)
      continue;
    auto controllers = line.substr(first + 1, second - first - 1);
    auto path = line.substr(second + 1);
    if (controllers.empty())
      take_least(least, least_quota(mounts, path, unified_quota));
    else if (has_controller(controllers, "cpu"))
      take_least(least, least_quota(mounts / controllers, path, legacy_quota));
  }
  return least;
}

} // namespace ocelli::config
