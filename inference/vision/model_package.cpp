#include "inference/vision/model_package.hpp"

#include "inference/vision/model_manifest.hpp"
#include "inference/vision/sha256.hpp"

#include <fmt/format.h>

#include <fstream>

namespace ocelli::inference {

namespace {

/// The path of a file that has the SHA-256 that the manifest names.
std::filesystem::path verified(
    const std::filesystem::path& folder, const model_manifest::file& entry) {
  auto file = folder / entry.name;
  const auto found = sha256_of_file(file);
  if (!found) {
    throw model_error(
        fmt::format("{} cannot be read: is it there, and may this user read it?", file.string()));
  }
  if (*found != entry.sha256) {
    throw model_error(
        fmt::format("{} has SHA-256 {}, model.toml says {}: copy or export the package again",
            file.string(), *found, entry.sha256));
  }
  return file;
}

/// Number of bytes that the UTF-8 sequence with this first byte has; 0 when none begins so (RFC
/// 3629, section 4).
std::size_t sequence_bytes(unsigned char first) {
  if (first < 0x80) {
    return 1;
  }
  if (first < 0xC2 || first > 0xF4) {
    return 0;
  }
  return first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
}

bool is_utf8(const std::string& text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto first = static_cast<unsigned char>(text[i]);
    const std::size_t bytes = sequence_bytes(first);
    if (bytes == 0 || text.size() - i < bytes) {
      return false;
    }
    for (std::size_t k = 1; k < bytes; ++k) {
      const auto next = static_cast<unsigned char>(text[i + k]);
      // the second byte excludes overlong forms, surrogates and what lies above U+10FFFF
      const unsigned char least = k > 1 ? 0x80 : first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
      const unsigned char most = k > 1 ? 0xBF : first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
      if (next < least || next > most) {
        return false;
      }
    }
    i += bytes;
  }
  return true;
}

std::vector<std::string> read_labels(const std::filesystem::path& file) {
  std::ifstream input(file, std::ios::binary);
  std::vector<std::string> labels;
  for (std::string line; std::getline(input, line);) {
    if (!line.empty() && line.back() == '\r') {
      line.pop_back();
    }
    if (line.empty()) {
      throw model_error(fmt::format(
          "{}:{}: empty label: one label a line is wanted", file.string(), labels.size() + 1));
    }
    if (!is_utf8(line)) {
      throw model_error(fmt::format(
          "{}:{}: label is not UTF-8: save the file as UTF-8", file.string(), labels.size() + 1));
    }
    labels.push_back(line);
  }
  if (labels.empty()) {
    throw model_error(fmt::format("{} has no labels: one label a line is wanted", file.string()));
  }
  return labels;
}

} // namespace

model_package load_model_package(const std::filesystem::path& folder) {
  std::error_code ignored;
  const auto manifest_file = folder / "model.toml";
  if (!std::filesystem::is_regular_file(manifest_file, ignored)) {
    throw model_error(fmt::format("no model package in {}: {} is missing; set model.path to a "
                                  "folder with a model package, or to \"embedded\"",
        folder.string(), manifest_file.string()));
  }
  model_manifest manifest = read_model_manifest(manifest_file);
  model_package package = std::move(manifest.package);
  package.folder = folder;
  if (package.format == model_format::torch_script) {
    package.model_file = verified(folder, manifest.model_files.front());
  }
  for (std::size_t i = 0; i < package.compiled.batches.size(); ++i) {
    package.compiled.batches[i].file = verified(folder, manifest.model_files[i]);
  }
  package.labels = read_labels(verified(folder, manifest.labels));
  return package;
}

std::filesystem::path resolve_model_path(
    const std::string& model_path, const std::filesystem::path& share_folder) {
  return model_path == "embedded" ? share_folder / "models" / "fashion-mnist"
                                  : std::filesystem::path(model_path);
}

} // namespace ocelli::inference
