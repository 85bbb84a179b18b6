#include "actors/byte_budget.hpp"

#include <catch2/catch.hpp>

#include <limits>
#include <thread>
#include <vector>

using ocelli::actors::byte_budget;

TEST_CASE("A lease holds its bytes and the overhead until its last copy is gone", "[byte_budget]") {
  auto budget = std::make_shared<byte_budget>(10'000);
  auto lease = budget->acquire(1'000);
  REQUIRE(lease != nullptr);
  CHECK(budget->used() == 1'000 + byte_budget::overhead);
  auto copy = lease;
  lease.reset();
  CHECK(budget->used() == 1'000 + byte_budget::overhead);
  copy.reset();
  CHECK(budget->used() == 0);
}

TEST_CASE("No lease is given beyond the limit", "[byte_budget]") {
  auto budget = std::make_shared<byte_budget>(2 * byte_budget::overhead + 10);
  auto first = budget->acquire(5);
  auto second = budget->acquire(5);
  REQUIRE(first != nullptr);
  REQUIRE(second != nullptr);
  CHECK(budget->acquire(0) == nullptr);
  first.reset();
  CHECK(budget->acquire(6) == nullptr);
  CHECK(budget->acquire(5) != nullptr);
}

TEST_CASE("Sizes that would overflow are refused", "[byte_budget]") {
  auto budget = std::make_shared<byte_budget>(10'000);
  auto bytes = GENERATE(std::numeric_limits<std::uint64_t>::max(),
      std::numeric_limits<std::uint64_t>::max() - byte_budget::overhead + 1, std::uint64_t{10'000});
  CHECK(budget->acquire(bytes) == nullptr);
  CHECK(budget->used() == 0);
}

TEST_CASE("A lease may outlive everybody else who knows the budget", "[byte_budget]") {
  auto budget = std::make_shared<byte_budget>(10'000);
  auto lease = budget->acquire(1);
  std::weak_ptr<byte_budget> watched = budget;
  budget.reset();
  CHECK_FALSE(watched.expired());
  lease.reset();
  CHECK(watched.expired());
}

TEST_CASE("Leases of several threads never pass the limit and all come back", "[byte_budget]") {
  constexpr std::uint64_t limit = 3 * (byte_budget::overhead + 100);
  auto budget = std::make_shared<byte_budget>(limit);
  std::atomic<bool> passed{false};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int round = 0; round < 5'000; ++round) {
        auto lease = budget->acquire(100);
        if (budget->used() > limit)
          passed = true;
      }
    });
  }
  for (auto& thread : threads)
    thread.join();
  CHECK_FALSE(passed);
  CHECK(budget->used() == 0);
}
