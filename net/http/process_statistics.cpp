#include "net/http/process_statistics.hpp"

#include <fstream>
#include <limits>
#include <sstream>
#include <string>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

namespace ocelli::net {

namespace {

constexpr const char* open_files_folder = "/proc/self/fd";
constexpr std::chrono::seconds count_lifetime{30};

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

/// When the machine was started, in seconds since 1970.
double boot_time_seconds() {
  std::ifstream file{"/proc/stat"};
  for (std::string name; file >> name;
       file.ignore(std::numeric_limits<std::streamsize>::max(), '\n')) {
    double value = 0;
    if (name == "btime" && file >> value)
      return value;
  }
  return 0;
}

/// proc(5), /proc/pid/stat: field 22 is when the process was started, in clock ticks since boot.
double read_start_time_seconds() {
  std::ifstream file{"/proc/self/stat"};
  std::string text{std::istreambuf_iterator<char>{file}, {}};
  // field 2 is the program's name in parentheses, which may itself contain spaces and parentheses
  auto behind_name = text.rfind(')');
  auto boot = boot_time_seconds();
  if (behind_name == std::string::npos || boot == 0)
    return 0;
  std::istringstream fields{text.substr(behind_name + 1)};
  std::string skipped;
  for (int field = 3; field < 22; ++field)
    fields >> skipped;
  double ticks = 0;
  fields >> ticks;
  return fields ? boot + ticks / static_cast<double>(sysconf(_SC_CLK_TCK)) : 0;
}

} // namespace

process_statistics::process_statistics() : start_time_seconds_(read_start_time_seconds()) {}

double process_statistics::cpu_seconds() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

std::uint64_t process_statistics::resident_bytes() {
  std::ifstream file{"/proc/self/statm"};
  std::uint64_t total = 0;
  std::uint64_t resident = 0;
  file >> total >> resident;
  return file ? resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE)) : 0;
}

std::uint64_t process_statistics::most_open_files() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  return limit.rlim_cur;
}

std::size_t process_statistics::open_files() {
  struct stat folder {};
  if (stat(open_files_folder, &folder) == 0 && folder.st_size > 0)
    return static_cast<std::size_t>(folder.st_size);
  std::lock_guard lock{mutex_};
  auto now = std::chrono::steady_clock::now();
  if (open_files_ == 0 || now - counted_ >= count_lifetime) {
    open_files_ = count_entries(open_files_folder);
    counted_ = now;
  }
  return open_files_;
}

std::size_t count_entries(const std::filesystem::path& folder) {
  std::error_code error;
  std::size_t count = 0;
  for (std::filesystem::directory_iterator entry{folder, error}; !error && entry != end(entry);
       entry.increment(error))
    ++count;
  return error ? 0 : count;
}

} // namespace ocelli::net
