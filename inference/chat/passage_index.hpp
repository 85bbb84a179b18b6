#pragma once

#include "inference/chat/passage.hpp"

#include <cstddef>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace ocelli::inference {

/// Finds passages by words: SQLite FTS5 in memory, ranked by BM25 with the questions of a passage
/// weighing four times and its headings twice as much as its text. Thread-safe after construction.
class passage_index {
 public:
  /// Indexes `passages`; throws `std::runtime_error`.
  explicit passage_index(const std::vector<passage>& passages);
  ~passage_index();
  passage_index(const passage_index&) = delete;
  passage_index& operator=(const passage_index&) = delete;

  /// Positions of the `limit` best passages that have at least one of `words`, best first. Words
  /// are never taken as query syntax. Empty when `stop` is requested meanwhile. Throws
  /// `std::runtime_error`.
  std::vector<std::size_t> search(
      const std::vector<std::string>& words, std::size_t limit, const std::stop_token& stop) const;

 private:
  struct state;
  std::unique_ptr<state> state_;
};

} // namespace ocelli::inference
