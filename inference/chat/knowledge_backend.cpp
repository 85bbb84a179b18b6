#include "inference/chat/knowledge_backend.hpp"

#include "inference/chat/observation_summary.hpp"
#include "inference/chat/plain_text.hpp"
#include "inference/chat/question_reading.hpp"
#include "inference/chat/question_words.hpp"
#include "inference/share_folder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <unordered_set>
#include <utility>

namespace ocelli::inference {
namespace {

/// Passages that are compared with one question, the best by BM25.
constexpr std::size_t candidates = 32;

/// So that a passage which covers a word more is seldom beaten by one with a similar question.
constexpr double likeness_weight = 0.5;

/// Bytes after which a piece of a streamed answer ends at the next space.
constexpr std::size_t piece_bytes = 16;

/// Words of a passage that can cover something: all of the longest one.
constexpr std::size_t passage_words = passage_bytes;

std::string readable(const passage& found) {
  return found.heading.empty() ? found.text : fmt::format("{}\n{}", found.heading, found.text);
}

std::string source_of(const passage& found) {
  if (!found.questions.empty()) {
    return fmt::format("{}, \"{}\"", found.source, found.questions.front());
  }
  return found.heading.empty() ? found.source
                               : fmt::format("{}, section \"{}\"", found.source, found.heading);
}

/// Hands `text` over piece by piece, each ending behind a space; returns what was handed over
/// before `stop`.
std::string hand_over(
    std::string_view text, const token_handler& token, const std::stop_token& stop) {
  std::size_t told = 0;
  while (told < text.size() && !stop.stop_requested()) {
    const auto space = text.find_first_of(" \n", told + piece_bytes);
    const auto end = space == std::string_view::npos ? text.size() : space + 1;
    token(text.substr(told, end - told));
    told = end;
  }
  return std::string(text.substr(0, told));
}

} // namespace

std::filesystem::path knowledge_folder(const std::string& setting) {
  return setting == "embedded" ? share_folder() / "knowledge" : std::filesystem::path(setting);
}

knowledge_backend::knowledge_backend(std::vector<passage> passages, double minimum_coverage)
    : passages_(std::move(passages)), minimum_coverage_(minimum_coverage), index_(passages_) {
  for (std::size_t position = 0; position < passages_.size(); ++position) {
    for (const auto& question : passages_[position].questions) {
      const question_words words(splitter_, question, words_used);
      if (!words.normalized().empty()) {
        questions_.emplace(words.normalized(), position);
      }
    }
  }
}

std::string knowledge_backend::answer(
    const conversation& asked, const token_handler& token, std::stop_token stop) {
  if (trimmed(asked.question).empty()) {
    throw chat_error("the question is empty");
  }
  return hand_over(compose(asked, stop), token, stop);
}

std::string knowledge_backend::compose(
    const conversation& asked, const std::stop_token& stop) const {
  const auto reading = read_question(splitter_, asked.question);
  switch (reading.topic) {
  case question_topic::seen:
    return summary_of_seen(asked.observed);
  case question_topic::last_seen:
    return summary_of_last_seen(asked.observed);
  case question_topic::seen_count:
    return summary_of_seen_count(asked.observed);
  case question_topic::source:
    return name_source(asked, stop);
  case question_topic::documents:
    break;
  }
  const auto* const found = find(asked.question, reading.wants_source, stop);
  if (found == nullptr) {
    return std::string(unknown);
  }
  return reading.wants_source ? fmt::format("{}\nSource: {}", readable(*found), source_of(*found))
                              : readable(*found);
}

std::string knowledge_backend::name_source(
    const conversation& asked, const std::stop_token& stop) const {
  for (auto turn = asked.history.rbegin(); turn != asked.history.rend(); ++turn) {
    const auto reading = read_question(splitter_, turn->question);
    if (reading.topic == question_topic::source) {
      continue;
    }
    if (reading.topic != question_topic::documents) {
      return "That is from the labels that your own frames got on this connection.";
    }
    const auto* const found = find(turn->question, reading.wants_source, stop);
    return found == nullptr ? "My last answer is from no document: I did not know."
                            : fmt::format("That is from {}.", source_of(*found));
  }
  return "I remember no answer whose source I could name. Ask something first.";
}

const passage* knowledge_backend::find(
    std::string_view question, bool ignore_source_words, const std::stop_token& stop) const {
  const auto ignored = ignore_source_words ? std::span<const std::string_view>(source_words)
                                           : std::span<const std::string_view>();
  const question_words words(splitter_, question, words_used, ignored);
  if (const auto known = questions_.find(words.normalized()); known != questions_.end()) {
    return &passages_[known->second];
  }
  const passage* best = nullptr;
  double best_score = -1;
  for (const auto position : index_.search(words.content(), candidates, stop)) {
    const auto& candidate = passages_[position];
    const auto coverage = coverage_of(candidate, words);
    if (coverage < minimum_coverage_) {
      continue;
    }
    // of equals the first stays, so that BM25 decides
    if (const auto score = coverage + likeness_weight * likeness_of(candidate, words);
        score > best_score) {
      best = &candidate;
      best_score = score;
    }
  }
  return best;
}

double knowledge_backend::coverage_of(const passage& candidate, const question_words& words) const {
  std::unordered_set<std::string> covered;
  const auto add = [&](std::string_view text) {
    for (auto& word : splitter_.split(text, passage_words)) {
      covered.insert(std::move(word.stem));
    }
  };
  add(candidate.heading);
  add(candidate.text);
  for (const auto& question : candidate.questions) {
    add(question);
  }
  return words.coverage(covered);
}

double knowledge_backend::likeness_of(const passage& candidate, const question_words& words) const {
  auto likeness = words.likeness(question_words(splitter_, candidate.heading, words_used));
  for (const auto& question : candidate.questions) {
    likeness = std::max(likeness, words.likeness(question_words(splitter_, question, words_used)));
  }
  return likeness;
}

} // namespace ocelli::inference
