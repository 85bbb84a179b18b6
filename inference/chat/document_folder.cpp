#include "inference/chat/document_folder.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>

namespace ocelli::inference {
namespace {

namespace fs = std::filesystem;

constexpr auto markdown = ".md";
constexpr auto questions_and_answers = ".qa";

bool is_document(const fs::directory_entry& entry) {
  const auto extension = entry.path().extension();
  return (extension == markdown || extension == questions_and_answers) && entry.is_regular_file();
}

/// Paths of the documents, sorted. A folder that a container platform mounts holds its files twice,
/// once below a hidden folder, so what is hidden is passed over.
std::vector<fs::path> find_documents(const fs::path& folder) {
  std::vector<fs::path> found;
  try {
    for (auto entry = fs::recursive_directory_iterator(folder);
         entry != fs::recursive_directory_iterator(); ++entry) {
      if (entry->path().filename().string().starts_with('.')) {
        entry.disable_recursion_pending();
      } else if (is_document(*entry)) {
        found.push_back(entry->path());
      }
    }
  } catch (const fs::filesystem_error& failure) {
    throw document_error(
        fmt::format("cannot read the folder of documents '{}': {}; set chat.knowledge_path to a "
                    "readable folder, or chat.backend to \"none\"",
            folder.string(), failure.code().message()));
  }
  if (found.empty()) {
    throw document_error(fmt::format(
        "no documents in '{}': put .md or .qa files there, or set chat.backend to \"none\"",
        folder.string()));
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::string read_document(const fs::path& path, std::uint64_t limit) {
  std::ifstream file(path, std::ios::binary);
  std::string text;
  std::vector<char> chunk(std::size_t{64} << 10U);
  while (file) {
    file.read(chunk.data(), static_cast<std::streamsize>(chunk.size()));
    text.append(chunk.data(), static_cast<std::size_t>(file.gcount()));
    if (text.size() > limit) {
      throw document_error(
          fmt::format("the document '{}' is larger than {} bytes; split it", path.string(), limit));
    }
  }
  if (!file.eof()) {
    throw document_error(
        fmt::format("cannot read the document '{}'; check its permissions", path.string()));
  }
  if (!simdjson::validate_utf8(text)) {
    throw document_error(fmt::format("the document '{}' is not UTF-8; convert it", path.string()));
  }
  return text;
}

} // namespace

std::vector<passage> read_document_folder(const fs::path& folder, const document_limits& limits) {
  std::vector<passage> passages;
  std::uint64_t total = 0;
  for (const auto& path : find_documents(folder)) {
    const auto text = read_document(path, limits.file_bytes);
    total += text.size();
    if (total > limits.folder_bytes) {
      throw document_error(fmt::format(
          "the documents in '{}' are larger than {} bytes together, counted up to '{}'; "
          "remove some",
          folder.string(), limits.folder_bytes, path.string()));
    }
    const auto source = path.lexically_relative(folder).string();
    auto split = path.extension() == markdown ? split_markdown(text, source)
                                              : split_questions_and_answers(text, source);
    if (passages.size() + split.size() > limits.passages) {
      throw document_error(fmt::format(
          "the documents in '{}' have more than {} passages, counted up to '{}'; remove "
          "some",
          folder.string(), limits.passages, path.string()));
    }
    std::move(split.begin(), split.end(), std::back_inserter(passages));
  }
  if (passages.empty()) {
    throw document_error(
        fmt::format("the documents in '{}' are empty; write something into them", folder.string()));
  }
  return passages;
}

} // namespace ocelli::inference
