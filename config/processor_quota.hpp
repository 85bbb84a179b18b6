#pragma once

#include <filesystem>
#include <optional>

namespace ocelli::config {

/// Processors that the control group of this process may use, as a quota of processor time: the
/// least over the group and its ancestors, in version 2 (`cpu.max`) and version 1
/// (`cpu.cfs_quota_us`, `cpu.cfs_period_us`). nullopt when there is no quota. `root` is the folder
/// that holds `proc/self/cgroup` and `sys/fs/cgroup`.
std::optional<double> processor_quota(const std::filesystem::path& root = "/");

} // namespace ocelli::config
