#include "inference/chat/question_reading.hpp"

#include "inference/chat/plain_text.hpp"

#include <algorithm>
#include <string>
#include <unordered_set>
#include <vector>

namespace ocelli::inference {
namespace {

using word_set = std::unordered_set<std::string_view>;

/// Longer questions are about something else.
constexpr std::size_t longest_reading = 24;

const word_set seeing = {"see", "seen", "saw", "seeing", "look", "looked", "looking", "observe",
    "observed", "observing", "recognise", "recognised", "recognize", "recognized", "detect",
    "detected", "notice", "noticed", "identify", "identified", "classify", "classified", "show",
    "shown", "showed", "showing", "hold", "holding"};

const word_set present = {"see", "seeing", "looking", "observing", "showing", "holding"};

const word_set sending = {
    "send", "sent", "get", "got", "receive", "received", "processed", "labelled", "labeled"};

const word_set newest = {
    "last", "latest", "newest", "recent", "recently", "previous", "just", "currently", "now"};

const word_set seen_things = {"frame", "frames", "image", "images", "picture", "pictures", "photo",
    "photos", "label", "labels", "thing", "things", "object", "objects", "item", "items"};

const word_set around_seeing = {"what", "which", "how", "many", "much", "did", "do", "have", "has",
    "had", "was", "were", "is", "are", "am", "been", "you", "i", "we", "me", "my", "your", "it",
    "that", "this", "the", "a", "an", "of", "in", "on", "at", "for", "from", "to", "so", "far",
    "until", "till", "up", "today", "yet", "already", "and", "there", "here", "one", "ones", "all",
    "everything", "anything", "something", "different", "kind", "kinds", "most", "camera", "video",
    "tell", "please", "list", "count", "session", "connection", "s", "ve"};

const word_set around_source = {"what", "which", "where", "who", "how", "is", "are", "was", "were",
    "s", "the", "a", "your", "that", "this", "it", "of", "for", "from", "in", "on", "did", "do",
    "does", "you", "get", "got", "come", "comes", "came", "coming", "have", "name", "give", "me",
    "tell", "please", "and", "answer", "information", "info", "document", "file", "know", "say",
    "says", "said", "written", "read", "find", "found", "can", "could", "show", "source", "sources",
    "cite", "last", "previous"};

const word_set getting = {"from", "get", "got", "read", "find", "found", "written", "say", "says"};

/// The words of a question, lower case, in order.
class spoken_words {
 public:
  spoken_words(const word_splitter& splitter, std::string_view question) {
    for (const auto& word : splitter.split(question, longest_reading + 1)) {
      words_.push_back(lower_case(word.text));
    }
  }

  bool can_be_read() const { return !words_.empty() && words_.size() <= longest_reading; }

  bool has(std::string_view word) const {
    return std::find(words_.begin(), words_.end(), word) != words_.end();
  }

  bool has_any(const word_set& set) const {
    return std::any_of(
        words_.begin(), words_.end(), [&](const auto& word) { return set.contains(word); });
  }

  bool has_pair(std::string_view first, std::string_view second) const {
    return std::adjacent_find(
               words_.begin(), words_.end(), [&](const auto& left, const auto& right) {
                 return left == first && right == second;
               }) != words_.end();
  }

  template <class... Sets>
  bool are_all_in(const Sets&... sets) const {
    return std::all_of(words_.begin(), words_.end(),
        [&](const auto& word) { return (sets.contains(word) || ...); });
  }

 private:
  std::vector<std::string> words_;
};

bool names_a_source(const spoken_words& words) {
  const auto named = std::any_of(
      source_words.begin(), source_words.end(), [&](auto word) { return words.has(word); });
  return named && !words.has_pair("open", "source") && !words.has_pair("source", "code");
}

bool is_about_source(const spoken_words& words) {
  if (!words.are_all_in(around_source)) {
    return false;
  }
  return names_a_source(words) || (words.has("where") && words.has_any(getting)) ||
         (words.has_pair("you", "know") && words.has_pair("how", "do"));
}

question_topic seen_topic(const spoken_words& words) {
  if (!words.are_all_in(seeing, sending, newest, seen_things, around_seeing)) {
    return question_topic::documents;
  }
  const auto saw = words.has_any(seeing);
  const auto received = words.has_any(sending) && words.has_any(seen_things);
  if (words.has("how")) {
    // "how many frames?" is short for "... have you seen?", "how do I see labels?" asks for
    // instructions
    const auto counted =
        words.has_pair("how", "many") && (words.has_any(seen_things) || words.has("different"));
    const auto only_counted =
        words.are_all_in(seen_things, word_set{"how", "many", "so", "far", "now", "and"});
    return counted && (saw || received || only_counted) ? question_topic::seen_count
                                                        : question_topic::documents;
  }
  const auto named_newest =
      words.has_any(newest) && (words.has_any(seen_things) || saw || words.has("one"));
  const auto sees_now = words.has_any(present) && !words.has("did") && !words.has("have");
  if (named_newest || sees_now) {
    return question_topic::last_seen;
  }
  return saw || (received && (words.has("what") || words.has("which"))) ? question_topic::seen
                                                                        : question_topic::documents;
}

} // namespace

question_reading read_question(const word_splitter& splitter, std::string_view question) {
  const spoken_words words(splitter, question);
  if (!words.can_be_read()) {
    return {};
  }
  if (is_about_source(words)) {
    return {question_topic::source, true};
  }
  return {seen_topic(words), names_a_source(words)};
}

} // namespace ocelli::inference
