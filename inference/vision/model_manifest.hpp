#pragma once

#include "inference/vision/model_package.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace ocelli::inference {

/// What `model.toml` says, before any other file is opened.
struct model_manifest {
  /// A file of the package.
  struct file {
    std::string name;   ///< Plain file name.
    std::string sha256; ///< 64 lower-case hexadecimal digits.
  };
  model_package package;         ///< Without folder, files and labels.
  std::vector<file> model_files; ///< One, or one for each of `package.compiled.batches`.
  file labels;
};

/// Reads `file` strictly. Throws `model_error` with everything that is wrong, `file:line:column:
/// text` each, joined by semicolons.
model_manifest read_model_manifest(const std::filesystem::path& file);

} // namespace ocelli::inference
