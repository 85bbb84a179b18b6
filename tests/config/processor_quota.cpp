#include "config/processor_quota.hpp"

#include "support/temporary_folder.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <string>

namespace fs = std::filesystem;
using ocelli::config::processor_quota;
using ocelli::tests::temporary_folder;

TEST_CASE("without control groups there is no quota") {
  temporary_folder root;
  CHECK(processor_quota(root.path()) == std::nullopt);
}

TEST_CASE("a quota of version 2 is found, the least of the group and its ancestors") {
  temporary_folder root;
  root.write("proc/self/cgroup", "0::/system.slice/ocelli.service\n");
  root.write("sys/fs/cgroup/system.slice/ocelli.service/cpu.max", "max 100000\n");
  CHECK(processor_quota(root.path()) == std::nullopt);
  root.write("sys/fs/cgroup/system.slice/cpu.max", "400000 100000\n");
  CHECK(processor_quota(root.path()) == 4.0);
  root.write("sys/fs/cgroup/system.slice/ocelli.service/cpu.max", "150000 100000\n");
  CHECK(processor_quota(root.path()) == 1.5);
}

TEST_CASE("a quota of version 2 is found where a container mounts its own group") {
  temporary_folder root;
  root.write("proc/self/cgroup", "0::/docker/0123456789\n");
  root.write("sys/fs/cgroup/cpu.max", "200000 100000\n");
  CHECK(processor_quota(root.path()) == 2.0);
}

TEST_CASE("a quota of version 1 is found") {
  auto controllers = GENERATE("cpu", "cpu,cpuacct", "cpuacct,cpu");
  temporary_folder root;
  root.write("proc/self/cgroup", std::string{"5:cpuset:/other\n4:"} + controllers +
                                     ":/docker/0123456789\n3:memory:/docker/0123456789\n");
  auto group = fs::path{"sys/fs/cgroup"} / controllers / "docker/0123456789";
  root.write(group / "cpu.cfs_period_us", "100000\n");
  root.write(group / "cpu.cfs_quota_us", "-1\n");
  CHECK(processor_quota(root.path()) == std::nullopt);
  root.write(group / "cpu.cfs_quota_us", "350000\n");
  CHECK(processor_quota(root.path()) == 3.5);
}

TEST_CASE("files that make no sense are no quota") {
  auto [groups, quota] = GENERATE(table<std::string, std::string>({
      {"", "200000 100000"},
      {"0", "200000 100000"},
      {"0:", "200000 100000"},
      {"0::/", ""},
      {"0::/", "many"},
      {"0::/", "200000"},
      {"0::/", "200000 0"},
      {"0::/", "-5 100000"},
  }));
  temporary_folder root;
  root.write("proc/self/cgroup", groups);
  root.write("sys/fs/cgroup/cpu.max", quota);
  CHECK(processor_quota(root.path()) == std::nullopt);
}
