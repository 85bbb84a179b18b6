#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <mutex>

namespace ocelli::net {

/// What this process uses, as the kernel tells it (Linux, /proc). Thread-safe.
class process_statistics {
 public:
  process_statistics();

  /// Seconds since 1970-01-01 UTC at which the process was started; 0 when unknown.
  double start_time_seconds() const noexcept { return start_time_seconds_; }
  /// Processor time of all threads, in user and system mode.
  static double cpu_seconds();
  /// Memory that is not swapped out; 0 when unknown.
  static std::uint64_t resident_bytes();
  /// Most files that may be open at once.
  static std::uint64_t most_open_files();
  /// Open files and sockets; 0 when unknown. Kernels before 6.2 have to be asked file by file,
  /// which takes about a millisecond per thousand, so that the number may then be half a minute
  /// old.
  std::size_t open_files();

 private:
  double start_time_seconds_;
  std::mutex mutex_; // for what follows
  std::chrono::steady_clock::time_point counted_;
  std::size_t open_files_ = 0;
};

/// Entries of a folder; 0 when it cannot be read.
std::size_t count_entries(const std::filesystem::path& folder);

} // namespace ocelli::net
