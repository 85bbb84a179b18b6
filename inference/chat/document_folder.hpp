#pragma once

#include "inference/chat/passage.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <vector>

namespace ocelli::inference {

/// How much a folder of documents may hold.
struct document_limits {
  std::uint64_t file_bytes = 4ULL << 20;    ///< Bytes of one document.
  std::uint64_t folder_bytes = 64ULL << 20; ///< Bytes of all documents together.
  std::size_t passages = 200'000;           ///< Passages of all documents together.
};

/// Reads every Markdown (`.md`) and question-and-answer (`.qa`) document in `folder` and below, in
/// the order of their names; hidden files and folders and links to folders are passed over. Throws
/// `document_error` with one line that names the file and says what to do: folder or file
/// unreadable, no document, not UTF-8, malformed, beyond a limit.
std::vector<passage> read_document_folder(
    const std::filesystem::path& folder, const document_limits& limits = {});

} // namespace ocelli::inference
