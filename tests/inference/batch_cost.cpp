#include "inference/vision/batch_cost.hpp"

#include <catch2/catch.hpp>

using namespace std::chrono_literals;
using ocelli::inference::batch_cost;

TEST_CASE("Nothing is expected before a batch has run", "[batch_cost]") {
  batch_cost cost({1, 2, 4});
  CHECK_FALSE(cost.expected(1));
}

TEST_CASE("A batch costs what the smallest size that holds it costs", "[batch_cost]") {
  batch_cost cost({1, 2, 4, 8});
  cost.observe(3, 40ms);
  CHECK(cost.expected(3) == 40ms);
  CHECK(cost.expected(4) == 40ms);
  cost.observe(8, 90ms);
  CHECK(cost.expected(5) == 90ms);
}

TEST_CASE(
    "New observations move the mean of their size by a fifth of the difference", "[batch_cost]") {
  batch_cost cost({1, 2});
  cost.observe(1, 10ms);
  cost.observe(1, 20ms);
  CHECK(cost.expected(1) == 12ms);
}

TEST_CASE("The cost of unseen sizes lies on the line through what was seen", "[batch_cost]") {
  batch_cost cost({1, 2, 4, 8, 16});
  SECTION("half of a single size's cost is taken as fixed") {
    cost.observe(2, 20ms);
    CHECK(cost.expected(1) == 15ms);
    CHECK(cost.expected(4) == 30ms);
  }
  SECTION("two sizes give the line") {
    cost.observe(1, 7ms); // 5 ms and 2 ms for each frame
    cost.observe(4, 13ms);
    CHECK(cost.expected(2) == 9ms);
    CHECK(cost.expected(16) == 37ms);
  }
  SECTION("three sizes give the best line") {
    cost.observe(1, 7ms);
    cost.observe(2, 9ms);
    cost.observe(4, 13ms);
    CHECK(std::chrono::abs(*cost.expected(8) - 21ms) < 1us);
  }
  SECTION("a larger batch never costs less") {
    cost.observe(1, 10ms);
    cost.observe(4, 8ms);
    CHECK(std::chrono::abs(*cost.expected(16) - 9ms) < 10us);
  }
  SECTION("there is no negative fixed part") {
    cost.observe(2, 1ms);
    cost.observe(8, 19ms);
    CHECK(std::chrono::abs(*cost.expected(1) - 2ms) < 200us);
  }
}

TEST_CASE("A single disturbance does little, and a fast run is believed", "[batch_cost]") {
  batch_cost cost({1, 2});
  cost.observe(1, 10ms);
  SECTION("a run that took a hundred times as long counts as twice the mean") {
    cost.observe(1, 1s);
    CHECK(cost.expected(1) == 12ms);
  }
  SECTION("costs that stay high are learnt") {
    for (int i = 0; i < 50; ++i)
      cost.observe(1, 1s);
    CHECK(cost.expected(1) > 990ms);
  }
  SECTION("the mean is at most twice what was seen last") {
    cost.observe(1, 1ms);
    CHECK(cost.expected(1) == 2ms);
  }
  SECTION("costs of nothing are left behind") {
    cost.observe(1, 0ms);
    cost.observe(1, 5ms);
    CHECK(cost.expected(1) == 5ms);
  }
}

TEST_CASE(
    "A size that is not run any more slowly comes to cost what the others say", "[batch_cost]") {
  batch_cost cost({1, 2, 4, 8});
  cost.observe(8, 400ms); // unlucky
  for (int i = 0; i < 20; ++i) {
    cost.observe(1, 5ms);
    cost.observe(2, 7ms);
    cost.observe(4, 11ms);
  }
  CHECK(cost.expected(8) > 300ms);
  for (int i = 0; i < 1'000; ++i) {
    cost.observe(1, 5ms);
    cost.observe(2, 7ms);
    cost.observe(4, 11ms);
  }
  CHECK(cost.expected(8) < 22ms);
}

TEST_CASE("Sizes measured once keep the slope while only another size is run", "[batch_cost]") {
  batch_cost cost({1, 2, 4, 8});
  cost.observe(1, 5ms);
  cost.observe(2, 7ms);
  cost.observe(4, 11ms);
  cost.observe(8, 19ms);
  for (int i = 0; i < 5'000; ++i)
    cost.observe(8, 38ms); // the machine has become slower
  CHECK(cost.expected(8) > 37ms);
  CHECK(cost.expected(1) < cost.expected(2));
  CHECK(cost.expected(4) < cost.expected(8));
}
