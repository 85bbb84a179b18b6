#pragma once

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>

namespace ocelli::tests {

/// Sets TMPDIR for as long as it lives.
class temporary_root {
 public:
  explicit temporary_root(const std::filesystem::path& path) {
    if (const char* before = std::getenv("TMPDIR")) {
      before_ = before;
    }
    setenv("TMPDIR", path.c_str(), 1);
  }
  ~temporary_root() {
    if (before_) {
      setenv("TMPDIR", before_->c_str(), 1);
    } else {
      unsetenv("TMPDIR");
    }
  }
  temporary_root(const temporary_root&) = delete;
  temporary_root& operator=(const temporary_root&) = delete;

 private:
  std::optional<std::string> before_;
};

} // namespace ocelli::tests
