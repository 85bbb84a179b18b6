#pragma once

#include "inference/test_files.hpp"
#include "inference/vision/model_package.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace ocelli::tests {

/// The tests' compiled model (compiled_model/model.cpp), and one with another bias.
inline const std::string compiled_library = OCELLI_COMPILED_MODEL_0;
inline const std::string other_compiled_library = OCELLI_COMPILED_MODEL_1;

/// Writes the archive `file` with a library as AOTInductor's packages have it. `record` is the name
/// of the library in it.
void write_archive(const std::filesystem::path& file, const std::string& library,
    const std::string& record = "data/aotinductor/model/model.wrapper.so");

/// A compiled package in a temporary folder: images of 3 by 2 pixels, labels "red" and "green".
class compiled_folder {
 public:
  /// With these batch sizes.
  explicit compiled_folder(std::vector<std::uint32_t> sizes = {1, 2, 4});

  const std::filesystem::path& path() const noexcept { return folder_.path(); }
  /// The archive for a batch size.
  std::filesystem::path file(std::uint32_t size) const;
  /// The package as the loader finds it, after the digests were brought up to date.
  inference::model_package load() const;

 private:
  temporary_folder folder_;
  std::vector<std::uint32_t> sizes_;
};

} // namespace ocelli::tests
