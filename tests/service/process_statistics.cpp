#include "net/http/process_statistics.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <fcntl.h>
#include <unistd.h>
#include <vector>

using namespace ocelli;

TEST_CASE("open files are counted in two ways that agree") {
  auto kernel = [] { return net::process_statistics{}.open_files(); };
  auto one_by_one = [] { return net::count_entries("/proc/self/fd"); };
  auto before = kernel();
  auto counted_before = one_by_one();
  std::vector<int> opened;
  for (int i = 0; i < 10; ++i)
    opened.push_back(open("/dev/null", O_RDONLY | O_CLOEXEC));
  CHECK(kernel() == before + 10);
  CHECK(one_by_one() == counted_before + 10);
  for (auto file : opened)
    close(file);
}

TEST_CASE("a folder that cannot be read has no entries") {
  CHECK(net::count_entries("/no such folder") == 0);
}

TEST_CASE("the process was started before now and after 2020") {
  using std::chrono::duration;
  using std::chrono::system_clock;
  auto now = duration<double>{system_clock::now().time_since_epoch()}.count();
  auto start = net::process_statistics{}.start_time_seconds();
  CHECK(start > 1'577'836'800);
  // the kernel's clock ticks a hundred times a second, and tells the boot in whole seconds
  CHECK(start <= now + 1.1);
}

TEST_CASE("work costs processor time") {
  auto before = net::process_statistics::cpu_seconds();
  while (net::process_statistics::cpu_seconds() < before + 0.02) {
  }
  SUCCEED();
}
