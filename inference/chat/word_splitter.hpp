#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace ocelli::inference {

/// How SQLite's FTS5 splits text into words: Unicode letters and digits, folded case, no
/// diacritics, Porter's stemmer (M. F. Porter, "An algorithm for suffix stripping", 1980).
inline constexpr std::string_view word_rules = "porter unicode61 remove_diacritics 2";

/// Splits text into words exactly as the passage index does, because it asks FTS5 to. Thread-safe.
class word_splitter {
 public:
  /// One word: as it was written, and its folded stem.
  struct word {
    std::string text;
    std::string stem;
  };

  /// Throws `std::runtime_error` when SQLite was built without FTS5.
  word_splitter();
  ~word_splitter();
  word_splitter(const word_splitter&) = delete;
  word_splitter& operator=(const word_splitter&) = delete;

  /// The first `limit` words of `text`, in order.
  std::vector<word> split(std::string_view text, std::size_t limit) const;

 private:
  struct state;
  std::unique_ptr<state> state_;
};

} // namespace ocelli::inference
