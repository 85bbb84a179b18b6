#include "net/service/buffer_pool.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <thread>

using ocelli::net::buffer_pool;

TEST_CASE("a buffer holds at least what was asked for") {
  buffer_pool pool{1 << 20};
  auto size = GENERATE(0U, 1U, 4'095U, 4'096U, 4'097U, 100'000U, 3'000'000U);
  auto buffer = pool.take(size);
  REQUIRE(buffer.bytes.size() >= size);
  // writable over its whole length
  std::fill(buffer.bytes.begin(), buffer.bytes.end(), std::byte{7});
}

TEST_CASE("a buffer is used again once its last owner is gone") {
  buffer_pool pool{1 << 20};
  auto first = pool.take(5'000);
  auto place = first.bytes.data();
  auto copy = first.owner;
  first = {};
  CHECK(pool.kept() == 0);
  copy.reset();
  CHECK(pool.kept() == 8'192);
  auto second = pool.take(6'000);
  CHECK(second.bytes.data() == place);
  CHECK(pool.kept() == 0);
}

TEST_CASE("a small buffer never takes the place of a large one") {
  buffer_pool pool{1 << 20};
  pool.take(100'000);
  REQUIRE(pool.kept() == 131'072);
  auto small = pool.take(10);
  CHECK(small.bytes.size() == 4'096);
  CHECK(pool.kept() == 131'072);
}

TEST_CASE("no more is kept than the pool was told") {
  buffer_pool pool{10'000};
  {
    auto first = pool.take(4'096);
    auto second = pool.take(4'096);
    auto third = pool.take(4'096);
    auto large = pool.take(20'000);
  }
  CHECK(pool.kept() == 8'192);
}

TEST_CASE("a buffer may outlive its pool") {
  buffer_pool::buffer buffer;
  {
    buffer_pool pool{1 << 20};
    buffer = pool.take(100);
  }
  buffer.bytes.front() = std::byte{1};
  CHECK(buffer.bytes.front() == std::byte{1});
}

TEST_CASE("threads may take and give back at the same time") {
  buffer_pool pool{1 << 20};
  auto work = [&] {
    for (std::size_t i = 0; i < 1'000; ++i)
      pool.take(i * 40).bytes.front() = std::byte{1};
  };
  {
    std::jthread first{work};
    std::jthread second{work};
  }
  CHECK(pool.kept() <= 1 << 20);
}
