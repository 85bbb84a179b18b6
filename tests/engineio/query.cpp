#include "net/engineio/query.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <utility>
#include <vector>

using namespace ocelli::engineio;

using entries = std::vector<std::pair<std::string, std::string>>;

TEST_CASE("A query is decoded in order, and bad escapes stand for themselves") {
  auto [query, expected] = GENERATE(table<std::string, entries>({
      {"", {}},
      {"&&", {}},
      {"EIO=4&transport=polling", {{"EIO", "4"}, {"transport", "polling"}}},
      {"a", {{"a", ""}}},
      {"a=", {{"a", ""}}},
      {"=b", {{"", "b"}}},
      {"a=b=c", {{"a", "b=c"}}},
      {"a=x+y%20z", {{"a", "x y z"}}},
      {"%61=%C3%a4", {{"a", "\xc3\xa4"}}},
      {"a=%", {{"a", "%"}}},
      {"a=%4", {{"a", "%4"}}},
      {"a=%zz&b=%4g", {{"a", "%zz"}, {"b", "%4g"}}},
      {"a=%00b", {{"a", std::string("\0b", 2)}}},
      {"__proto__=1&constructor=2", {{"__proto__", "1"}, {"constructor", "2"}}},
  }));
  auto parsed = query_parameters::parse(query);
  REQUIRE(parsed);
  CHECK(parsed->entries() == expected);
}

TEST_CASE("A repeated parameter has no single value") {
  auto parsed = query_parameters::parse("sid=a&sid=b&transport=polling&empty=");
  REQUIRE(parsed);
  CHECK(parsed->contains("sid"));
  CHECK_FALSE(parsed->unique("sid"));
  CHECK(parsed->unique("transport") == "polling");
  CHECK_FALSE(parsed->unique("missing"));
  CHECK_FALSE(parsed->contains("missing"));
  CHECK_FALSE(parsed->contains("empty"));
}

TEST_CASE("A query with too many parameters is refused") {
  std::string query;
  for (std::size_t i = 0; i < query_parameters::max_parameters; ++i)
    query += "a=b&";
  CHECK(query_parameters::parse(query));
  CHECK_FALSE(query_parameters::parse(query + "a=b"));
}
