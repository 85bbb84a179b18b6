#include "net/engineio/session_id.hpp"

#include <catch2/catch.hpp>

#include <set>
#include <string>

using namespace ocelli::engineio;

TEST_CASE("Session ids are 20 characters that need no escape in a URL, and never repeat") {
  const std::string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::set<std::string> ids;
  std::set<char> used;
  for (int i = 0; i < 5000; ++i) {
    auto id = make_session_id();
    REQUIRE(id.size() == 20);
    REQUIRE(id.find_first_not_of(alphabet) == std::string::npos);
    used.insert(id.begin(), id.end());
    ids.insert(std::move(id));
  }
  CHECK(ids.size() == 5000);
  CHECK(used.size() == alphabet.size());
}
