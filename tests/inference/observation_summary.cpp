#include "inference/chat/observation_summary.hpp"

#include <catch2/catch.hpp>

using namespace ocelli::inference;

namespace {

const std::vector<observation> bag_shirt_bag = {{"Bag", 3}, {"Shirt", 1}, {"Bag", 2}};

} // namespace

TEST_CASE("frames are added up by label, in the order in which the labels were first seen") {
  CHECK(summary_of_seen(bag_shirt_bag) == "In your frames I have seen, as far as I remember: Bag "
                                          "(5 frames), Shirt (1 frame). The last was Bag.");
}

TEST_CASE("the last label is told with its number of frames in a row") {
  CHECK(summary_of_last_seen(bag_shirt_bag) ==
        "The last thing I saw in your frames was Bag, in 2 frames in a row.");
  CHECK(summary_of_last_seen({{"Coat", 1}}) == "The last thing I saw in your frames was Coat.");
}

TEST_CASE("frames and labels are counted") {
  CHECK(summary_of_seen_count(bag_shirt_bag) == "I remember 6 frames of yours with 2 labels.");
  CHECK(summary_of_seen_count({{"Coat", 1}}) == "I remember 1 frame of yours with 1 label.");
}

TEST_CASE("without a label it is said that nothing was seen") {
  const std::string nothing =
      "I have seen nothing yet: none of your frames has got a label on this connection.";
  CHECK(summary_of_seen({}) == nothing);
  CHECK(summary_of_last_seen({}) == nothing);
  CHECK(summary_of_seen_count({}) == nothing);
}
