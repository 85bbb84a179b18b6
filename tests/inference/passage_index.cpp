#include "inference/chat/passage_index.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace ocelli::inference;

namespace {

const std::vector<passage> documents = {
    {"a.md", "Limits", {}, "An image may have fifty megapixels."},
    {"b.qa", "", {"How large is an elephant?"}, "Large."},
    {"c.md", "", {}, "Nothing of note, OR is there NEAR here?"},
    {"d.md", "", {},
        "A long text that mentions an elephant only in passing, among many other words about other "
        "things."},
};

using positions = std::vector<std::size_t>;

} // namespace

TEST_CASE("passages are found by word stems, best first") {
  const passage_index index(documents);
  CHECK(index.search({"images"}, 10, {}) == positions{0});
  CHECK(index.search({"elephants"}, 10, {}) == positions{1, 3});
  CHECK(index.search({"elephants"}, 1, {}) == positions{1});
  CHECK(index.search({"limit"}, 10, {}) == positions{0});
  CHECK(index.search({"giraffe"}, 10, {}).empty());
  CHECK(index.search({}, 10, {}).empty());
}

TEST_CASE("words are never query syntax") {
  const passage_index index(documents);
  const auto word =
      GENERATE(as<std::string>(), "\"", "\"\"", "image\" OR \"elephant", "NEAR(image megapixels)",
          "*", "^image", "text:elephant", "image AND", "(", "-image", "' ; DROP TABLE passages; --",
          "{heading}: image", std::string(1, '\0'), std::string("image\0elephant", 14));
  CAPTURE(word);
  CHECK_NOTHROW(index.search({word}, 10, {}));
  CHECK(index.search({"elephant"}, 10, {}) == positions{1, 3});
}

TEST_CASE("operators are ordinary words") {
  const passage_index index(documents);
  CHECK(index.search({"NEAR"}, 10, {}) == positions{2});
  CHECK(index.search({"OR"}, 10, {}) == positions{2});
  CHECK(index.search({"text"}, 10, {}) == positions{3});
}

TEST_CASE("a search that was stopped finds nothing and the next one works") {
  std::vector<passage> many(5'000, {"a.md", "", {}, "the same elephant again and again"});
  const passage_index index(many);
  std::stop_source stop;
  stop.request_stop();
  CHECK(index.search({"elephant"}, 10, stop.get_token()).empty());
  CHECK(index.search({"elephant"}, 10, {}).size() == 10);
}
