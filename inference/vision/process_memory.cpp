#include "inference/vision/process_memory.hpp"

#include <cstdint>
#include <fcntl.h>
#include <fstream>
#include <sstream>
#include <string>
#include <sys/mman.h>
#include <unistd.h>

namespace ocelli::inference {

std::size_t resident_bytes() {
  std::ifstream file("/proc/self/statm");
  std::size_t total = 0;
  std::size_t resident = 0;
  file >> total >> resident;
  return file ? resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE)) : 0;
}

void page_out(const std::filesystem::path& file) {
  // pages that are not on the disk yet stay
  if (const int descriptor = open(file.c_str(), O_RDONLY | O_CLOEXEC); descriptor >= 0) {
    fdatasync(descriptor);
    close(descriptor);
  }
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    if (!line.ends_with(" " + file.string())) {
      continue;
    }
    std::istringstream range(line);
    std::uintptr_t begin = 0;
    std::uintptr_t end = 0;
    range >> std::hex >> begin;
    range.ignore();
    range >> end;
    // advice only: a kernel that does not know it leaves everything as it is
    madvise(reinterpret_cast<void*>(begin), end - begin,
        MADV_PAGEOUT); // NOLINT(performance-no-int-to-ptr)
  }
}

} // namespace ocelli::inference
