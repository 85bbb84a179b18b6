#include "inference/chat/passage.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace ocelli::inference;

namespace {

std::string refusal(const std::string& document) {
  try {
    split_questions_and_answers(document, "faq.qa");
  } catch (const document_error& refused) {
    return refused.what();
  }
  return "accepted";
}

} // namespace

TEST_CASE(
    "Markdown is split by headings and paragraphs, and a passage knows the headings above it") {
  const auto passages = split_markdown("Before any heading.\n"
                                       "# Guide\n"
                                       "First.\n"
                                       "\n"
                                       "Second,\n"
                                       "two lines.\n"
                                       "## Limits of `size`\n"
                                       "Third.\n"
                                       "# Other\n"
                                       "Fourth.\n",
      "guide.md");
  REQUIRE(passages.size() == 5);
  CHECK(passages[0].heading.empty());
  CHECK(passages[1].heading == "Guide");
  CHECK(passages[1].text == "First.");
  CHECK(passages[2].text == "Second,\ntwo lines.");
  CHECK(passages[3].heading == "Guide > Limits of size");
  CHECK(passages[4].heading == "Other");
  CHECK(passages[4].source == "guide.md");
  CHECK(passages[4].questions.empty());
}

TEST_CASE("a list and code stay with the sentence that introduces them") {
  const auto passages = split_markdown("# Use\n"
                                       "Three steps:\n"
                                       "\n"
                                       "- build\n"
                                       "- start\n"
                                       "\n"
                                       "Run this.\n"
                                       "\n"
                                       "```sh\n"
                                       "# not a heading\n"
                                       "\n"
                                       "run --now\n"
                                       "```\n"
                                       "\n"
                                       "The end.\n",
      "use.md");
  REQUIRE(passages.size() == 3);
  CHECK(passages[0].text == "Three steps:\n- build\n- start");
  CHECK(passages[1].text == "Run this.\n# not a heading\n\nrun --now");
  CHECK(passages[2].text == "The end.");
}

TEST_CASE("comments in Markdown are no passages") {
  const auto passages =
      split_markdown("<!-- one line -->\n<!-- several\nlines\n-->\nText.\n", "a.md");
  REQUIRE(passages.size() == 1);
  CHECK(passages[0].text == "Text.");
}

TEST_CASE("a paragraph that is too long becomes several passages") {
  std::string paragraph;
  while (paragraph.size() < 3 * passage_bytes) {
    paragraph += "A sentence that says little. ";
  }
  const auto passages = split_markdown("# Long\n" + paragraph, "long.md");
  REQUIRE(passages.size() >= 3);
  for (const auto& piece : passages) {
    CHECK(piece.text.size() <= passage_bytes);
    CHECK(piece.text.ends_with("little."));
    CHECK(piece.heading == "Long");
  }
}

TEST_CASE("Markdown without text has no passages") {
  CHECK(split_markdown(
      GENERATE(as<std::string>(), "", "\n\n", "# Only a heading\n", "```\n```\n", "<!-- open"),
      "a.md")
            .empty());
}

TEST_CASE("several questions can have one answer, and an answer can have several lines") {
  const auto passages = split_questions_and_answers("# A comment\n"
                                                    "Q: What is it?\r\n"
                                                    "Q:Which thing is it?\n"
                                                    "A: It is\n"
                                                    "a thing.\n"
                                                    "\n"
                                                    "With a second paragraph.\n"
                                                    "# Another comment\n"
                                                    "\n"
                                                    "Q: And this?\n"
                                                    "A:\n"
                                                    "Also a thing.",
      "faq.qa");
  REQUIRE(passages.size() == 2);
  CHECK(passages[0].questions == std::vector<std::string>{"What is it?", "Which thing is it?"});
  CHECK(passages[0].text == "It is\na thing.\n\nWith a second paragraph.");
  CHECK(passages[0].source == "faq.qa");
  CHECK(passages[1].questions == std::vector<std::string>{"And this?"});
  CHECK(passages[1].text == "Also a thing.");
}

TEST_CASE("a malformed question-and-answer document is refused with the line and what is wrong") {
  const auto [document, reason] = GENERATE(table<std::string, std::string>({
      {"A: first", "faq.qa:1: 'A:' needs a 'Q:' before it"},
      {"Q: a\nA: b\nA: c", "faq.qa:3: 'A:' needs a 'Q:' before it"},
      {"words", "faq.qa:1: expected a line that begins with 'Q:', 'A:' or '# '"},
      {"Q: a\nwords\nA: b", "faq.qa:2: expected a line that begins with 'Q:', 'A:' or '# '"},
      {"Q:  \nA: b", "faq.qa:1: a question is missing after 'Q:'"},
      {"\nQ: a\nQ: b\n", "faq.qa:2: the question has no answer; write it behind 'A:'"},
      {"Q: a\nA:\n\nQ: b\nA: c", "faq.qa:1: the question has no answer; write it behind 'A:'"},
  }));
  CHECK(refusal(document) == reason);
}

TEST_CASE("an answer may be as long as a passage and no longer") {
  CHECK(refusal("Q: a\nA: " + std::string(passage_bytes, 'x')) == "accepted");
  CHECK(refusal("Q: a\nA: " + std::string(passage_bytes + 1, 'x')) ==
        "faq.qa:1: the answer is longer than 4096 bytes; shorten it");
}

TEST_CASE("an empty question-and-answer document has no passages") {
  CHECK(split_questions_and_answers("\n# nothing yet\n", "faq.qa").empty());
}
