#include "inference/vision/unpacked_archive.hpp"

#include "inference/vision/model_package.hpp"

#include <caffe2/serialize/inline_container.h>
#include <fmt/format.h>

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <sys/statvfs.h>
#include <system_error>
#include <utility>

namespace ocelli::inference {

namespace {

constexpr std::string_view model_records = "data/aotinductor/model/";

std::string last_error() { return std::generic_category().message(errno); }

[[noreturn]] void refuse_folder(const std::filesystem::path& parent, const std::string& reason) {
  throw model_error(
      fmt::format("the compiled model cannot be unpacked in {}: {}; set the "
                  "environment variable TMPDIR to a folder where files may be written "
                  "and run",
          parent.string(), reason));
}

std::filesystem::path make_private_folder() {
  const char* configured = std::getenv("TMPDIR");
  const std::filesystem::path parent =
      configured != nullptr && *configured != '\0' ? configured : "/tmp";
  struct statvfs system {};
  if (statvfs(parent.c_str(), &system) != 0) {
    refuse_folder(parent, last_error());
  }
  if ((system.f_flag & ST_NOEXEC) != 0) {
    refuse_folder(parent, "it is mounted noexec");
  }
  std::string name = (parent / "ocelli-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) {
    refuse_folder(parent, last_error());
  }
  return std::filesystem::canonical(name);
}

void write_file(const std::filesystem::path& file, const void* data, std::size_t bytes) {
  std::ofstream output(file, std::ios::binary);
  output.write(static_cast<const char*>(data), static_cast<std::streamsize>(bytes));
  output.close();
  if (!output) {
    refuse_folder(file.parent_path().parent_path(), last_error());
  }
}

/// Writes every part of the model but its source code; returns the library.
std::filesystem::path unpack(
    const std::filesystem::path& file, const std::filesystem::path& folder) {
  caffe2::serialize::PyTorchStreamReader archive(file.string());
  std::filesystem::path library;
  for (const std::string& record : archive.getAllRecords()) {
    if (!record.starts_with(model_records)) {
      continue;
    }
    const std::filesystem::path name = record.substr(model_records.size());
    if (name.empty() || name != name.filename() || name == "..") {
      throw std::runtime_error("a record of other form");
    }
    if (name.extension() == ".cpp") {
      continue;
    }
    const auto [data, bytes] = archive.getRecord(record);
    write_file(folder / name, data.get(), bytes);
    if (name.extension() == ".so") {
      library = folder / name;
    }
  }
  if (library.empty()) {
    throw std::runtime_error("no library");
  }
  return library;
}

} // namespace

unpacked_archive::unpacked_archive(const std::filesystem::path& file)
    : folder_(make_private_folder()) {
  try {
    library_ = unpack(file, folder_);
  } catch (const model_error&) {
    remove();
    throw;
  } catch (const std::exception&) {
    remove();
    // LibTorch's own text is pages of addresses
    throw model_error(fmt::format("{} is no complete AOTInductor package: export it again with "
                                  "scripts/export_model.py",
        file.string()));
  }
}

unpacked_archive::~unpacked_archive() { remove(); }

unpacked_archive::unpacked_archive(unpacked_archive&& other) noexcept
    : folder_(std::exchange(other.folder_, {})), library_(std::move(other.library_)) {}

void unpacked_archive::remove_library() const noexcept {
  std::error_code ignored;
  std::filesystem::remove(library_, ignored);
}

void unpacked_archive::remove() const noexcept {
  std::error_code ignored;
  if (!folder_.empty()) {
    std::filesystem::remove_all(folder_, ignored);
  }
}

} // namespace ocelli::inference
