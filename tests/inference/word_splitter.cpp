#include "inference/chat/word_splitter.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace ocelli::inference;

namespace {

std::vector<std::string> stems(std::string_view text, std::size_t limit = 100) {
  const word_splitter splitter;
  std::vector<std::string> found;
  for (const auto& word : splitter.split(text, limit)) {
    found.push_back(word.stem);
  }
  return found;
}

} // namespace

TEST_CASE("words are folded and stemmed") {
  CHECK(stems("Configuring the IMAGES, configured!") ==
        std::vector<std::string>{"configur", "the", "imag", "configur"});
  CHECK(stems("Café cafe") == std::vector<std::string>{"cafe", "cafe"});
  CHECK(stems("T-shirt/top") == std::vector<std::string>{"t", "shirt", "top"});
  CHECK(stems("Привет, МИР 你好") == std::vector<std::string>{"привет", "мир", "你好"});
}

TEST_CASE("a word keeps the text as it was written") {
  const auto words = word_splitter().split("  Größere BILDER", 10);
  REQUIRE(words.size() == 2);
  CHECK(words[0].text == "Größere");
  CHECK(words[1].text == "BILDER");
}

TEST_CASE("text without words has none") {
  CHECK(stems(GENERATE(as<std::string>(), "", " \n", "?!... --\"'", std::string(3, '\0'))).empty());
}

TEST_CASE("no more words are taken than asked for") {
  CHECK(stems("one two three four", 2).size() == 2);
  CHECK(stems("one two", 0).empty());
}
