#pragma once

#include "inference/test_files.hpp"

#include <map>
#include <string>

namespace ocelli::tests {

/// A model package in a temporary folder, right unless a test changes it.
class model_folder {
 public:
  /// With a model file of this content and these labels.
  explicit model_folder(
      const std::string& model = "model", const std::string& labels = "cat\ndog\n");

  /// Replaces the line of model.toml that begins with `key = ` in `section` (empty for the top) by
  /// `line`, which may be empty or several lines.
  void replace(const std::string& section, const std::string& key, const std::string& line);
  /// Writes model.toml with the digests of the files as they are now, where `replace` did not say
  /// otherwise.
  void write_manifest() const;

  const std::filesystem::path& path() const noexcept { return folder_.path(); }
  std::filesystem::path file(const std::string& name) const { return folder_.path() / name; }

 private:
  temporary_folder folder_;
  std::map<std::string, std::string> replaced_;
};

} // namespace ocelli::tests
