#include "inference/share_folder.hpp"

namespace ocelli::inference {

std::filesystem::path share_folder() {
  const auto executable = std::filesystem::read_symlink("/proc/self/exe");
  return executable.parent_path().parent_path() / "share" / "ocelli";
}

} // namespace ocelli::inference
