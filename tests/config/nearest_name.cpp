#include "config/nearest_name.hpp"

#include <catch2/catch.hpp>

using ocelli::config::nearest_name;

TEST_CASE("the nearest name is the one with the fewest wrong letters") {
  struct row {
    std::string name;
    std::optional<std::string> nearest;
  };
  auto [name, nearest] = GENERATE(values<row>({
      {"port", "port"},
      {"prot", "port"},
      {"por", "port"},
      {"ping_timeout", "ping_timeout_ms"},
      {"ping_intervall_ms", "ping_interval_ms"},
      {"xylophone", std::nullopt},
      {"", std::nullopt},
      {std::string(100'000, 'p'), std::nullopt},
  }));
  CHECK(nearest_name(name, {"host", "port", "ping_interval_ms", "ping_timeout_ms"}) == nearest);
}
