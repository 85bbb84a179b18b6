#include "inference/chat/knowledge_backend.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

using namespace ocelli::inference;

namespace {

std::vector<passage> zoo() {
  return {
      {"zoo.qa", "", {"How large is an elephant?", "Who are you?"},
          "An elephant is three metres tall."},
      {"zoo.qa", "", {"When is the zoo open?"},
          "The zoo opens at nine and closes at six, except on holidays."},
      {"guide.md", "Animals > Penguins", {}, "Penguins are fed at noon. They eat fish and squid."},
      {"guide.md", "", {}, "Größere Straßen führen zum Café."},
  };
}

const token_handler no_tokens = [](std::string_view) {};

std::string ask(
    knowledge_backend& backend, const std::string& question, std::vector<chat_turn> history = {}) {
  return backend.answer({std::move(history), {}, question}, no_tokens, {});
}

const std::string unknown(knowledge_backend::unknown);

} // namespace

TEST_CASE("a question is answered with the best passage, below its headings") {
  knowledge_backend backend(zoo(), 0.6);
  CHECK(ask(backend, "How tall are elephants?") == "An elephant is three metres tall.");
  CHECK(ask(backend, "What do penguins eat?") ==
        "Animals > Penguins\nPenguins are fed at noon. They eat fish and squid.");
  CHECK(ask(backend, "opening and closing of the zoo") == zoo()[1].text);
}

TEST_CASE("of passages that cover a question, the one with the most similar question is taken") {
  knowledge_backend backend(
      {
          {"a.qa", "", {"Is it safe to carry a parrot by train?"},
              "Parrot, parrot, parrot: carry it in a cage."},
          {"a.qa", "", {"How do I carry a parrot?"}, "On the shoulder."},
      },
      0.6);
  CHECK(ask(backend, "carrying parrots") == "On the shoulder.");
}

TEST_CASE("a question that a document has word for word is answered even if no word of it counts") {
  knowledge_backend backend(zoo(), 0.6);
  CHECK(ask(backend, "who are YOU?!") == "An elephant is three metres tall.");
  CHECK(ask(backend, "Who am I?") == unknown);
}

TEST_CASE("a question that no passage covers is answered honestly") {
  knowledge_backend backend(zoo(), 0.6);
  const auto question =
      GENERATE(as<std::string>(), "What is the capital of France?", "How do I cook rice?",
          "How much does the elephant weigh in kilograms?", "What?", "?!", "zzzz", "你好吗");
  CAPTURE(question);
  CHECK(ask(backend, question) == unknown);
}

TEST_CASE("the wanted share of a question's words decides, itself included") {
  const std::string question = "elephant, rice"; // one word of two is covered
  const auto [minimum, known] =
      GENERATE(table<double, bool>({{0.0, true}, {0.5, true}, {0.51, false}, {1.0, false}}));
  knowledge_backend backend(zoo(), minimum);
  CHECK((ask(backend, question) != unknown) == known);
}

TEST_CASE("questions in other scripts and with accents are looked up like others") {
  knowledge_backend backend(zoo(), 0.6);
  CHECK(ask(backend, "GRÖSSERE Strassen zum Cafe") == unknown);
  CHECK(ask(backend, "größere Straßen zum cafe") == zoo()[3].text);
  CHECK(ask(backend, "слон élephant elephant's") == unknown);
}

TEST_CASE("an empty question is an error") {
  knowledge_backend backend(zoo(), 0.6);
  CHECK_THROWS_AS(ask(backend, GENERATE(as<std::string>(), "", " \n\t")), chat_error);
}

TEST_CASE("a question cannot inject query syntax") {
  knowledge_backend backend(zoo(), 0.6);
  const auto question = GENERATE(as<std::string>(), "rice\" OR \"elephant",
      "elephant* OR NEAR(rice tea)", "text : rice", "'); DROP TABLE passages; --",
      "rice\" UNION SELECT 1 --", "(((", "^rice", "-rice + tea", std::string("\0 rice", 6));
  CAPTURE(question);
  CHECK(ask(backend, question) == unknown);
  CHECK(ask(backend, "How large is an elephant?") == "An elephant is three metres tall.");
}

TEST_CASE("a huge question is looked up by its first words") {
  knowledge_backend backend(zoo(), 0.6);
  std::string question = "How large is an elephant ";
  for (auto count = 0; count < 100'000; ++count) {
    question += "elephant ";
  }
  CHECK(ask(backend, question) == "An elephant is three metres tall.");
  CHECK(ask(backend, std::string(1 << 20, 'a')) == unknown);
  CHECK(ask(backend, std::string(1 << 20, '"')) == unknown);
}

TEST_CASE("the source is named when the question asks for it too") {
  knowledge_backend backend(zoo(), 0.6);
  CHECK(ask(backend, "How tall is an elephant? Name your source.") ==
        "An elephant is three metres tall.\nSource: zoo.qa, \"How large is an elephant?\"");
  CHECK(ask(backend, "When are penguins fed? Source?") ==
        "Animals > Penguins\nPenguins are fed at noon. They eat fish and squid.\n"
        "Source: guide.md, section \"Animals > Penguins\"");
}

TEST_CASE("the source of the answer before is named, past other questions for it") {
  knowledge_backend backend(zoo(), 0.6);
  const chat_turn elephants = {"How tall is an elephant?", "An elephant is three metres tall."};
  const chat_turn streets = {"größere Straßen zum cafe", zoo()[3].text};
  const std::string zoo_source = "That is from zoo.qa, \"How large is an elephant?\".";
  CHECK(ask(backend, "Where is that from?", {streets, elephants}) == zoo_source);
  CHECK(ask(backend, "source?", {elephants, {"Source?", zoo_source}}) == zoo_source);
  CHECK(ask(backend, "source?", {elephants, streets}) == "That is from guide.md.");
  CHECK(ask(backend, "source?", {{"How do I cook rice?", unknown}}) ==
        "My last answer is from no document: I did not know.");
  CHECK(ask(backend, "source?", {{"What have you seen?", "Bag"}}) ==
        "That is from the labels that your own frames got on this connection.");
  CHECK(ask(backend, "source?") ==
        "I remember no answer whose source I could name. Ask something first.");
}

TEST_CASE("questions about frames are answered from what this client's frames showed") {
  knowledge_backend backend(zoo(), 0.6);
  const auto about_frames = [&](const std::string& question, std::vector<observation> observed) {
    return backend.answer({{}, std::move(observed), question}, no_tokens, {});
  };
  CHECK(about_frames("What have you seen?", {{"Bag", 2}, {"Coat", 1}}) ==
        "In your frames I have seen, as far as I remember: Bag (2 frames), Coat (1 frame). The "
        "last was Coat.");
  CHECK(about_frames("What was the last thing?", {{"Bag", 2}, {"Coat", 1}}) ==
        "The last thing I saw in your frames was Coat.");
  CHECK(about_frames("How many frames have you seen?", {{"Bag", 2}, {"Coat", 1}}) ==
        "I remember 3 frames of yours with 2 labels.");
  CHECK_THAT(about_frames("What did you see?", {}), Catch::StartsWith("I have seen nothing yet"));
}

TEST_CASE("the pieces of an answer together are the answer, each ending between words") {
  knowledge_backend backend(zoo(), 0.6);
  std::vector<std::string> pieces;
  const auto answer = backend.answer({{}, {}, "What do penguins eat?"},
      [&](std::string_view piece) { pieces.emplace_back(piece); }, {});
  std::string together;
  for (std::size_t at = 0; at < pieces.size(); ++at) {
    CHECK((at + 1 == pieces.size() || pieces[at].ends_with(' ') || pieces[at].ends_with('\n')));
    together += pieces[at];
  }
  CHECK(pieces.size() > 1);
  CHECK(together == answer);
}

TEST_CASE("an answer that is stopped returns what was handed over") {
  knowledge_backend backend(zoo(), 0.6);
  std::stop_source stop;
  std::string heard;
  const auto answer = backend.answer(
      {{}, {}, "What do penguins eat?"},
      [&](std::string_view piece) {
        heard += piece;
        stop.request_stop();
      },
      stop.get_token());
  CHECK(answer == heard);
  CHECK(answer == "Animals > Penguins\n");
  CHECK(backend.answer({{}, {}, "What do penguins eat?"}, no_tokens, stop.get_token()).empty());
}

TEST_CASE("several threads are answered at once") {
  knowledge_backend backend(zoo(), 0.6);
  std::atomic<int> right = 0;
  {
    std::vector<std::jthread> threads;
    for (auto thread = 0; thread < 8; ++thread) {
      threads.emplace_back([&, thread] {
        for (auto round = 0; round < 50; ++round) {
          const auto elephant = (thread + round) % 2 == 0;
          const auto answer =
              ask(backend, elephant ? "How tall are elephants?" : "How do I cook rice?");
          right += answer == (elephant ? "An elephant is three metres tall." : unknown) ? 1 : 0;
        }
      });
    }
  }
  CHECK(right == 8 * 50);
}

TEST_CASE("a knowledge folder is the one named, or the one that comes with the program") {
  CHECK(knowledge_folder("/some/folder") == "/some/folder");
  CHECK(knowledge_folder("embedded").filename() == "knowledge");
}
