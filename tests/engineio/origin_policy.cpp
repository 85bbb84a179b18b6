#include "net/engineio/origin_policy.hpp"

#include <catch2/catch.hpp>

using namespace ocelli::engineio;

TEST_CASE("Without origins nothing is checked") {
  origin_policy policy({});
  CHECK_FALSE(policy.enabled());
  CHECK_FALSE(policy.any());
  CHECK(policy.allows("https://elsewhere.example"));
}

TEST_CASE("A star allows every origin") {
  origin_policy policy({"https://one.example", "*"});
  CHECK(policy.enabled());
  CHECK(policy.any());
  CHECK(policy.allows("https://elsewhere.example"));
  CHECK(policy.allows("null"));
}

TEST_CASE("A list allows exactly its origins") {
  origin_policy policy({"https://one.example", "http://two.example:8080"});
  CHECK(policy.enabled());
  CHECK(policy.allows("https://one.example"));
  CHECK(policy.allows("http://two.example:8080"));
  auto origin = GENERATE(as<std::string>(), "", "null", "http://one.example",
      "https://one.example.evil", "one.example", "http://two.example", "https://one.example:443");
  CHECK_FALSE(policy.allows(origin));
}
