#include "actors/histogram.hpp"

#include <catch2/catch.hpp>

#include <limits>
#include <thread>

using namespace ocelli;
using counts = std::vector<std::uint64_t>;

TEST_CASE("A histogram begins empty", "[histogram]") {
  actors::histogram observed({10, 100});
  CHECK(observed.bounds() == counts{10, 100});
  CHECK(observed.read().in_range == counts{0, 0, 0});
  CHECK(observed.read().sum == 0);
}

TEST_CASE("A value counts in the first range whose bound is not below it", "[histogram]") {
  actors::histogram observed({10, 100});
  auto [value, in_range] = GENERATE(table<std::uint64_t, counts>({
      {0, {1, 0, 0}},
      {10, {1, 0, 0}},
      {11, {0, 1, 0}},
      {100, {0, 1, 0}},
      {101, {0, 0, 1}},
      {std::numeric_limits<std::uint64_t>::max(), {0, 0, 1}},
  }));
  observed.observe(value);
  CHECK(observed.read().in_range == in_range);
  CHECK(observed.read().sum == value);
}

TEST_CASE("Values add up", "[histogram]") {
  actors::histogram observed({10, 100});
  for (std::uint64_t value : {1, 2, 50, 1'000})
    observed.observe(value);
  CHECK(observed.read().in_range == counts{2, 1, 1});
  CHECK(observed.read().sum == 1'053);
}

TEST_CASE("A histogram without bounds only counts and adds", "[histogram]") {
  actors::histogram observed({});
  observed.observe(7);
  CHECK(observed.read().in_range == counts{1});
  CHECK(observed.read().sum == 7);
}

TEST_CASE("Observations of several threads are all counted", "[histogram]") {
  constexpr std::uint64_t each = 20'000;
  actors::histogram observed({1, 2});
  {
    std::vector<std::jthread> threads;
    for (std::uint64_t value : {1, 2, 3}) {
      threads.emplace_back([&observed, value] {
        for (std::uint64_t i = 0; i < each; ++i)
          observed.observe(value);
      });
    }
  }
  CHECK(observed.read().in_range == counts{each, each, each});
  CHECK(observed.read().sum == 6 * each);
}
