#include "inference/chat/plain_text.hpp"

#include <catch2/catch.hpp>

using namespace ocelli::inference;

TEST_CASE("markup is taken away and the words stay") {
  const auto [markdown, plain] = GENERATE(table<std::string, std::string>({
      {"plain words", "plain words"},
      {"**bold** and *slanted* and _slanted_ and __bold__",
          "bold and slanted and slanted and bold"},
      {"**bold**, then a comma", "bold, then a comma"},
      {"set `limits.message_bytes` to `*`", "set limits.message_bytes to *"},
      {"snake_case_name and 2*3 stay", "snake_case_name and 2*3 stay"},
      {"see [the guide](guide.md) now", "see the guide now"},
      {"see [**the** guide](guide.md)", "see the guide"},
      {"an ![image of a bag](bag.png)", "an image of a bag"},
      {"[not a link] stays", "[not a link] stays"},
      {"[broken](link stays", "[broken](link stays"},
      {"* a bullet", "* a bullet"},
      {"- a bullet", "- a bullet"},
      {"an escaped \\*star\\*", "an escaped *star*"},
      {"Straße **größer** été", "Straße größer été"},
      {"", ""},
  }));
  CHECK(without_markup(markdown) == plain);
}

TEST_CASE("lines end with a line feed or with a carriage return before it") {
  CHECK(lines_of("a\r\nb\n\nc") == std::vector<std::string_view>{"a", "b", "", "c"});
  CHECK(lines_of("").empty());
  CHECK(lines_of("\xEF\xBB\xBFQ: x\n") == std::vector<std::string_view>{"Q: x"});
}

TEST_CASE("trimming takes spaces from both sides only") {
  CHECK(trimmed(" \t a b \r\n") == "a b");
  CHECK(trimmed(" \n ").empty());
}

TEST_CASE("long text is cut behind a sentence, else between words, else between characters") {
  CHECK(pieces_of("One two three. Four five", 20) ==
        std::vector<std::string>{"One two three.", "Four five"});
  CHECK(pieces_of("one two three four", 10) == std::vector<std::string>{"one two", "three four"});
  CHECK(pieces_of("abcdefghij", 4) == std::vector<std::string>{"abcd", "efgh", "ij"});
  CHECK(pieces_of("äöüäö", 5) == std::vector<std::string>{"äö", "üä", "ö"});
  CHECK(pieces_of("short", 10) == std::vector<std::string>{"short"});
  CHECK(pieces_of("  ", 10).empty());
}
