#include "inference/vision/label_encoder.hpp"

#include <catch2/catch.hpp>

#include <array>

namespace ocelli::inference {

TEST_CASE("labels come by falling confidence, and confidences are the softmax") {
  const label_encoder encoder({"zero", "one", "two"});
  const auto found = encoder.decode(std::array{0.0F, 2.0F, 1.0F}, 3);
  REQUIRE(found.size() == 3);
  CHECK(encoder.text(found[0].index) == "one");
  CHECK(encoder.text(found[1].index) == "two");
  CHECK(encoder.text(found[2].index) == "zero");
  CHECK(found[0].confidence == Approx(0.66524096));
  CHECK(found[1].confidence == Approx(0.24472847));
  CHECK(found[2].confidence == Approx(0.09003057));
}

TEST_CASE("only as many labels come as are asked for, and never more than there are") {
  const label_encoder encoder({"a", "b", "c"});
  const std::array logits = {3.0F, 1.0F, 2.0F};
  const auto [top, expected] =
      GENERATE(table<std::size_t, std::size_t>({{1, 1}, {2, 2}, {3, 3}, {5, 3}}));
  CHECK(encoder.decode(logits, top).size() == expected);
}

TEST_CASE("labels of equal confidence come by index") {
  const label_encoder encoder({"a", "b", "c"});
  const auto found = encoder.decode(std::array{1.0F, 1.0F, 1.0F}, 2);
  CHECK(found[0].index == 0);
  CHECK(found[1].index == 1);
}

TEST_CASE("large logits do not overflow the softmax") {
  const label_encoder encoder({"a", "b"});
  const auto found = encoder.decode(std::array{3e38F, -3e38F}, 2);
  CHECK(found[0].confidence == 1.0F);
  CHECK(found[1].confidence == 0.0F);
}

} // namespace ocelli::inference
