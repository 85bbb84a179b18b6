#include "net/service/reply_json.hpp"

#include <catch2/catch.hpp>

using namespace ocelli;
using namespace std::chrono_literals;

TEST_CASE("a response has the one key message") {
  CHECK(net::to_json({"Bag", "", {}}) == R"({"message":"Bag"})");
}

TEST_CASE("a response echoes the id as it came") {
  auto id = GENERATE(as<std::string>{}, "1", R"("a")", "null", R"({"a" : []})");
  CHECK(net::to_json({"Bag", id, {}}) == R"({"message":"Bag","id":)" + id + "}");
}

TEST_CASE("a message of any bytes gives a valid JSON string") {
  CHECK(
      net::to_json({"a \"b\" \\ \n \x01 ä", "", {}}) == R"({"message":"a \"b\" \\ \n \u0001 ä"})");
  CHECK(net::to_json({"a\xff", "", {}}) == "{\"message\":\"a\xef\xbf\xbd\"}");
}

TEST_CASE("details add labels, confidences and timings") {
  actors::frame_details details;
  details.top = {{"Bag", 0.75F}, {"Ankle \"boot\"", 0.25F}};
  details.queued = 1500us;
  details.preparation = 2ms;
  details.inference = 3ms;
  details.batch = 4;
  CHECK(net::to_json({"Already in list", "7", details}) ==
        R"({"message":"Already in list","id":7,"label":"Bag","confidence":0.75,)"
        R"("top":[{"label":"Bag","confidence":0.75},{"label":"Ankle \"boot\"","confidence":0.25}],)"
        R"("timings":{"queued_ms":1.500,"preparation_ms":2.000,"inference_ms":3.000,"batch":4}})");
}

TEST_CASE("a token carries its delta and the id") {
  CHECK(net::token_json("Be\"cause", "") == R"({"delta":"Be\"cause"})");
  CHECK(net::token_json("Because", R"("a")") == R"({"delta":"Because","id":"a"})");
}
