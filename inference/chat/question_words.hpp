#pragma once

#include "inference/chat/word_splitter.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace ocelli::inference {

/// What a question asks about: its words without those that every English sentence has (articles,
/// auxiliaries, question words, politeness), each stem once. Numbers count only beside a word:
/// alone they have no topic.
class question_words {
 public:
  /// Takes the first `limit` words that count, 1 or more; words in `ignored` (lower case) do not.
  question_words(const word_splitter& splitter, std::string_view question, std::size_t limit,
      std::span<const std::string_view> ignored = {});

  /// The words that count, as they were written, in order.
  const std::vector<std::string>& content() const noexcept { return content_; }

  /// Stems of `content()`, in the same order.
  const std::vector<std::string>& stems() const noexcept { return stems_; }

  /// Stems of all words, also those that do not count, joined by spaces: equal for questions that
  /// differ in punctuation, case and endings only.
  const std::string& normalized() const noexcept { return normalized_; }

  /// Share of `stems()` that are in `covered`, 0 to 1; 0 when no word counts.
  double coverage(const std::unordered_set<std::string>& covered) const;

  /// Likeness of two questions' `stems()`, 0 to 1: Dice's coefficient (L. R. Dice, 1945).
  double likeness(const question_words& other) const;

 private:
  std::vector<std::string> content_;
  std::vector<std::string> stems_;
  std::string normalized_;
};

} // namespace ocelli::inference
