#pragma once

#include "inference/chat/word_splitter.hpp"

#include <array>
#include <cstdint>
#include <string_view>

namespace ocelli::inference {

/// What has to be looked at to answer a question.
enum class question_topic : std::uint8_t {
  documents,  ///< The knowledge base.
  source,     ///< Where the answer before came from.
  seen,       ///< All labels of the client's frames.
  last_seen,  ///< The newest label of the client's frames.
  seen_count, ///< How many of the client's frames were labelled.
};

/// What a question is about.
struct question_reading {
  question_topic topic = question_topic::documents;
  /// The question also asks where its answer comes from.
  bool wants_source = false;
};

/// Words that ask for a source and say nothing about the topic, lower case.
inline constexpr std::array<std::string_view, 3> source_words = {"source", "sources", "cite"};

/// Reads an English question. Only a question made of nothing but the words that people use to ask
/// about what was seen, or about a source, is taken for one; everything else is about the
/// documents.
question_reading read_question(const word_splitter& splitter, std::string_view question);

} // namespace ocelli::inference
