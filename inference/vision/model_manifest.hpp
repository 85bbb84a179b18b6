#pragma once

#include "inference/vision/model_package.hpp"

#include <filesystem>
#include <string>

namespace ocelli::inference {

/// What `model.toml` says, before any other file is opened.
struct model_manifest {
  model_package package;    ///< Without `folder`, `model_file` and `labels`.
  std::string model_file;   ///< Plain file name.
  std::string model_sha256; ///< 64 lower-case hexadecimal digits.
  std::string label_file;   ///< Plain file name.
  std::string label_sha256; ///< 64 lower-case hexadecimal digits.
};

/// Reads `file` strictly. Throws `model_error` with everything that is wrong, `file:line:column:
/// text` each, joined by semicolons.
model_manifest read_model_manifest(const std::filesystem::path& file);

} // namespace ocelli::inference
