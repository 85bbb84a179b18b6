#include "inference/chat/question_words.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <string>

using namespace ocelli::inference;

namespace {

const word_splitter splitter;

} // namespace

TEST_CASE("only words that say what a question is about count, each once") {
  const question_words words(
      splitter, "What is the maximum size of an image, and which images have that size?", 64);
  CHECK(words.content() == std::vector<std::string>{"maximum", "size", "image"});
  CHECK(words.stems() == std::vector<std::string>{"maximum", "size", "imag"});
}

TEST_CASE("contractions and capitals do not count either") {
  CHECK(question_words(splitter, "WHAT's it? I'm sure you don't KNOW", 64).content() ==
        std::vector<std::string>{"sure"});
}

TEST_CASE("ignored words do not count") {
  constexpr std::array<std::string_view, 1> ignored = {"source"};
  CHECK(question_words(splitter, "image limits, Source?", 64, ignored).content() ==
        std::vector<std::string>{"image", "limits"});
}

TEST_CASE("a question that differs in case, punctuation and endings only is the same question") {
  const question_words words(splitter, "What are you?", 64);
  CHECK(words.normalized() == question_words(splitter, "what ARE you", 64).normalized());
  CHECK(words.normalized() != question_words(splitter, "what were you", 64).normalized());
}

TEST_CASE("the number of words is bounded") {
  std::string question;
  for (auto number = 0; number < 5'000; ++number) {
    question += "word" + std::to_string(number) + " ";
  }
  CHECK(question_words(splitter, question, 64).content().size() == 64);
}

TEST_CASE("coverage is the share of the words that count") {
  const question_words words(splitter, "What limits the size of images?", 64);
  CHECK(words.coverage({"limit", "size", "imag", "other"}) == 1.0);
  CHECK(words.coverage({"limit", "size"}) == Approx(2.0 / 3.0));
  CHECK(words.coverage({"other"}) == 0.0);
  CHECK(question_words(splitter, "What is it?", 64).coverage({"it"}) == 0.0);
}

TEST_CASE("numbers count only beside a word") {
  CHECK(question_words(splitter, "What is 2 + 40?", 64).content().empty());
  CHECK(question_words(splitter, "status 413", 64).content() ==
        std::vector<std::string>{"status", "413"});
}

TEST_CASE("likeness is the share of common words among those of both questions") {
  const question_words words(splitter, "image size", 64);
  CHECK(words.likeness(question_words(splitter, "What size have images?", 64)) == 1.0);
  CHECK(words.likeness(question_words(splitter, "size of a large elephant", 64)) ==
        Approx(2.0 / 5.0));
  CHECK(words.likeness(question_words(splitter, "elephant", 64)) == 0.0);
  CHECK(words.likeness(question_words(splitter, "what", 64)) == 0.0);
}
