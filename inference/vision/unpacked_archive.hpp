#pragma once

#include <filesystem>

namespace ocelli::inference {

/// The compiled parts of a `.pt2` file in a private folder, which goes away with the object. Below
/// TMPDIR, else /tmp. For the LibTorch part only.
class unpacked_archive {
 public:
  /// Throws `model_error` with what to do: a file that is no such archive, a folder that cannot be
  /// written or whose programs may not be run.
  explicit unpacked_archive(const std::filesystem::path& file);
  ~unpacked_archive();
  unpacked_archive(unpacked_archive&& other) noexcept;
  unpacked_archive(const unpacked_archive&) = delete;
  unpacked_archive& operator=(const unpacked_archive&) = delete;

  const std::filesystem::path& folder() const noexcept { return folder_; }
  /// The shared library with the model in it.
  const std::filesystem::path& library() const noexcept { return library_; }
  /// Removes the library's file, which is large and not needed once it was loaded.
  void remove_library() const noexcept;

 private:
  void remove() const noexcept;

  std::filesystem::path folder_; ///< Empty after a move.
  std::filesystem::path library_;
};

} // namespace ocelli::inference
