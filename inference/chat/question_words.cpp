#include "inference/chat/question_words.hpp"

#include "inference/chat/plain_text.hpp"

#include <algorithm>
#include <array>
#include <cassert>

namespace ocelli::inference {
namespace {

/// For every word that counts, so many are read at most.
constexpr std::size_t words_read_per_counted = 16;

/// Sorted, lower case.
constexpr std::array<std::string_view, 201> function_words = {"a", "able", "about", "after",
    "again", "against", "all", "also", "am", "an", "and", "another", "any", "anyone", "anything",
    "are", "aren", "as", "ask", "at", "be", "been", "before", "being", "between", "both", "but",
    "by", "can", "cannot", "could", "couldn", "d", "did", "didn", "do", "does", "doesn", "doing",
    "don", "done", "during", "each", "either", "ever", "every", "everything", "explain", "for",
    "from", "get", "give", "got", "had", "has", "have", "having", "he", "hello", "her", "here",
    "hey", "hi", "him", "his", "how", "i", "if", "in", "into", "is", "isn", "it", "its", "just",
    "know", "least", "less", "let", "like", "ll", "lot", "lots", "m", "many", "may", "me", "mean",
    "meaning", "means", "meant", "might", "mine", "more", "most", "much", "must", "my", "myself",
    "need", "neither", "no", "nor", "not", "nothing", "now", "of", "off", "ok", "okay", "on",
    "once", "one", "ones", "only", "onto", "or", "other", "ought", "our", "ours", "out", "over",
    "please", "possible", "quite", "re", "really", "s", "same", "say", "shall", "she", "should",
    "shouldn", "so", "some", "someone", "something", "still", "such", "t", "tell", "than", "thank",
    "thanks", "that", "the", "their", "theirs", "them", "then", "there", "these", "they", "thing",
    "things", "think", "this", "those", "through", "to", "too", "under", "up", "upon", "us", "ve",
    "very", "want", "was", "wasn", "way", "ways", "we", "well", "were", "weren", "what", "when",
    "where", "whether", "which", "who", "whom", "whose", "why", "will", "wish", "with", "within",
    "without", "won", "would", "wouldn", "yes", "yet", "you", "your", "yours", "yourself"};

bool counts(const std::string& word, std::span<const std::string_view> ignored) {
  const auto folded = lower_case(word);
  return !std::binary_search(
             function_words.begin(), function_words.end(), std::string_view(folded)) &&
         std::find(ignored.begin(), ignored.end(), folded) == ignored.end();
}

bool is_number(const std::string& word) {
  return word.find_first_not_of("0123456789") == std::string::npos;
}

} // namespace

question_words::question_words(const word_splitter& splitter, std::string_view question,
    std::size_t limit, std::span<const std::string_view> ignored) {
  assert(limit > 0);
  std::unordered_set<std::string> seen;
  for (auto& word : splitter.split(question, limit * words_read_per_counted)) {
    normalized_ += normalized_.empty() ? "" : " ";
    normalized_ += word.stem;
    if (content_.size() < limit && counts(word.text, ignored) && seen.insert(word.stem).second) {
      content_.push_back(std::move(word.text));
      stems_.push_back(std::move(word.stem));
    }
  }
  if (std::all_of(stems_.begin(), stems_.end(), is_number)) {
    content_.clear();
    stems_.clear();
  }
}

double question_words::coverage(const std::unordered_set<std::string>& covered) const {
  if (stems_.empty()) {
    return 0;
  }
  const auto count = std::count_if(
      stems_.begin(), stems_.end(), [&](const auto& stem) { return covered.contains(stem); });
  return static_cast<double>(count) / static_cast<double>(stems_.size());
}

double question_words::likeness(const question_words& other) const {
  if (stems_.empty() || other.stems_.empty()) {
    return 0;
  }
  const auto common = std::count_if(stems_.begin(), stems_.end(), [&](const auto& stem) {
    return std::find(other.stems_.begin(), other.stems_.end(), stem) != other.stems_.end();
  });
  return 2.0 * static_cast<double>(common) /
         static_cast<double>(stems_.size() + other.stems_.size());
}

} // namespace ocelli::inference
