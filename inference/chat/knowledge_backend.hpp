#pragma once

#include "inference/chat/chat_backend.hpp"
#include "inference/chat/passage.hpp"
#include "inference/chat/passage_index.hpp"
#include "inference/chat/question_words.hpp"
#include "inference/chat/word_splitter.hpp"

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace ocelli::inference {

/// The folder that setting `chat.knowledge_path` names; "embedded" is the one that comes with the
/// program.
std::filesystem::path knowledge_folder(const std::string& setting);

/// Answers questions with the best passage of a folder of documents, and questions about what a
/// client's frames showed from the conversation. A passage is an answer only if it covers enough of
/// the question's words: BM25 ranks passages, but its scores have no absolute scale and cannot tell
/// whether the best one is good.
class knowledge_backend final : public chat_backend {
 public:
  /// Words of a question that are looked for, at most.
  static constexpr std::size_t words_used = 64;

  /// The answer when no passage covers the question.
  static constexpr std::string_view unknown = "I don't know: none of my documents answers that.";

  /// Answers from `passages`; `minimum_coverage` is the share of a question's words that an answer
  /// must cover, 0 to 1.
  knowledge_backend(std::vector<passage> passages, double minimum_coverage);

  std::string answer(
      const conversation& asked, const token_handler& token, std::stop_token stop) override;

 private:
  const passage* find(
      std::string_view question, bool ignore_source_words, const std::stop_token& stop) const;
  double coverage_of(const passage& candidate, const question_words& words) const;
  double likeness_of(const passage& candidate, const question_words& words) const;
  std::string compose(const conversation& asked, const std::stop_token& stop) const;
  std::string name_source(const conversation& asked, const std::stop_token& stop) const;

  std::vector<passage> passages_;
  double minimum_coverage_;
  word_splitter splitter_;
  passage_index index_;
  std::unordered_map<std::string, std::size_t>
      questions_; // normalized question -> position of its passage
};

} // namespace ocelli::inference
