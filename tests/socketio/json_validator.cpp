#include "net/socketio/json_validator.hpp"

#include "socketio/messages.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace ocelli::socketio;
using tests::make_message;

namespace {

std::optional<array_parts> check(const ocelli::engineio::message& message, std::uint32_t depth = 64,
    std::optional<std::uint32_t> attachments = {}) {
  json_validator::rules rules;
  rules.depth = depth;
  rules.attachments = attachments;
  return json_validator::of_this_thread().check_array(message.data, rules);
}

bool is_valid(std::string_view text, std::uint32_t depth = 64) {
  return check(make_message(text), depth).has_value();
}

bool placeholders_fit(std::string_view text, std::uint32_t attachments) {
  return check(make_message(text), 64, attachments).has_value();
}

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

} // namespace

TEST_CASE("An array is taken apart into its first value and the rest") {
  const auto [text, first, rest, all] =
      GENERATE(table<std::string, std::string, std::string, std::string>({
          {"[]", "", "", ""},
          {" [ ] ", "", "", ""},
          {R"(["a"])", R"("a")", "", R"("a")"},
          {R"(["message",1,"2",{"3":[true]}])", R"("message")", R"(1,"2",{"3":[true]})",
              R"("message",1,"2",{"3":[true]})"},
          {R"( [ "a" , 1 , 2 ] )", R"("a")", "1 , 2", R"("a" , 1 , 2)"},
          {R"(["a,b]",[1,[2]]])", R"("a,b]")", "[1,[2]]", R"("a,b]",[1,[2]])"},
          {R"([{"x":[1,2]},3])", R"({"x":[1,2]})", "3", R"({"x":[1,2]},3)"},
          {R"(["\"",2])", R"("\"")", "2", R"("\"",2)"},
      }));
  const auto message = make_message(text);
  const auto parts = check(message);
  REQUIRE(parts);
  CHECK(parts->first == first);
  CHECK(parts->rest == rest);
  CHECK(parts->all == all);
  const bool is_view =
      parts->all.empty() || (parts->all.data() > message.data.data() &&
                                parts->all.data() < message.data.data() + message.data.size());
  CHECK(is_view);
}

TEST_CASE("Every value of JSON is accepted") {
  const auto* text = GENERATE(R"([null,true,false,0,-1.5e3,"",[],{}])",
      R"([{"a":{"b":[{"c":null}]},"":1}])", R"(["\"\\\/\b\f\n\r\t\u00e9\ud83d\udc31"])",
      R"([{"k\"ey":1,"\u0041":2}])", R"(["\ud83d"])", "[1e999]", "[123456789012345678901234567890]",
      "[\"\xC3\xA9\xF0\x9F\x90\xB1\"]", "[\t\n\r 1 ]", R"([{"a":1,"a":2}])");
  CHECK(is_valid(text));
}

TEST_CASE("What is not JSON is refused, whatever bytes follow the text") {
  const auto* text = GENERATE("", " ", "[", "]", "[1", "1]", "[1,", "[1,]", "[,1]", "[1 2]",
      R"(["a" "b"])", R"(["a":1])", R"(["a"1])", R"([1"a"])", "[[1]", "[1]]", "[[[1]]",
      R"([{"a":1])", R"([{"a"]})", R"([{"a":}])", R"([{"a":1,}])", R"([{"a" 1}])", R"([{a:1}])",
      R"([{1:1}])", R"([{"a":1 "b":2}])", "[}", "[{]", "[{]}]", "[1}", R"(["a)", R"(["a\"])",
      R"(["\x"])", R"(["\u12"])", R"(["\u12g4"])", R"([{"\x":1}])", "[01]", "[1.]", "[-]", "[+1]",
      "[.5]", "[0x1]", "[NaN]", "[tru]", "[truee]", "[nul]", "[nulll]", "[True]", "['a']", "[1][2]",
      "[1],[2]", "[1] 2", "[1]x", "[1],", "null", "\"a\"", "1", "{}", R"({"a":1})", "[\"\xFF\"]",
      "[\"\xC3\"]", "[\"\xED\xA0\x80\"]", "[\"a\nb\"]", "[\"\x01\"]", "[1,\xC3\xA9]", "[/**/1]");
  for (const char filler : {'\0', ' ', ']', '}', ',', ':', '"', '[', '{', '1', '\\'}) {
    INFO(text << " followed by " << filler);
    CHECK_FALSE(check(make_message(text, false, filler)));
  }
}

TEST_CASE("Objects are checked as arrays are") {
  json_validator validator;
  const json_validator::rules rules;
  for (const auto* text : {"{}", R"({"token":"123"})", R"( {"a":[1,{"b":null}]} )"})
    CHECK(validator.check_object(make_message(text).data, rules));
  for (const auto* text : {"", "[]", "null", "\"a\"", "{", R"({"a")", R"({"a":1)", R"({"a":1}})",
           R"({"a":1},{})", "{}{}", R"({"a":{"b":1})"}) {
    for (const char filler : {'\0', '}', ',', ']'}) {
      const auto message = make_message(text, false, filler);
      CHECK_FALSE(validator.check_object(message.data, rules));
    }
  }
}

TEST_CASE("Values may be nested as deep as the limit and no deeper") {
  CHECK(is_valid(nested(64)));
  CHECK_FALSE(is_valid(nested(65)));
  CHECK(is_valid("[[1]]", 2));
  CHECK_FALSE(is_valid("[[1]]", 1));
  CHECK_FALSE(is_valid(R"([{"a":{}}])", 2));
  CHECK_FALSE(is_valid("[]", 0));
}

TEST_CASE("A hundred thousand brackets are refused") {
  CHECK_FALSE(is_valid(std::string(100'000, '[')));
  CHECK_FALSE(is_valid(nested(100'000)));
  std::string objects = "[";
  for (int i = 0; i < 100'000; ++i)
    objects += R"({"a":)";
  CHECK_FALSE(is_valid(objects));
  CHECK_FALSE(is_valid(objects + "]"));
}

TEST_CASE("A placeholder's number must be whole and below the number of attachments") {
  CHECK(
      placeholders_fit(R"(["x",{"_placeholder":true,"num":0},{"num":1,"_placeholder":true}])", 2));
  CHECK(placeholders_fit(R"(["x",[{"a":{"_placeholder":true,"num":1}}]])", 2));
  const auto* number = GENERATE(R"("splice")", "2", "-1", "-0", "1e9", "1000000000",
      "99999999999999999999", "0.5", "1.0", "null", "[0]", "true", R"("0")", "{}");
  CHECK_FALSE(
      placeholders_fit(std::string(R"(["x",{"_placeholder":true,"num":)") + number + "}]", 2));
  CHECK_FALSE(placeholders_fit(
      std::string(R"(["x",[{"a":{"num":)") + number + R"(,"_placeholder":true}}]])", 2));
}

TEST_CASE("A placeholder without a number, or written with escapes, is a placeholder") {
  CHECK_FALSE(placeholders_fit(R"(["x",{"_placeholder":true}])", 1));
  CHECK_FALSE(placeholders_fit(R"(["x",{"\u005fplaceholder":true,"num":7}])", 1));
  CHECK_FALSE(placeholders_fit(R"(["x",{"_placeholder":true,"\u006eum":7}])", 1));
  CHECK_FALSE(placeholders_fit(R"(["x",{"_placeholder":true,"num":0,"num":7}])", 1));
}

TEST_CASE("What looks like a placeholder in part is an object like others") {
  CHECK(placeholders_fit(R"(["x",{"_placeholder":false,"num":7}])", 1));
  CHECK(placeholders_fit(R"(["x",{"_placeholder":"true","num":7}])", 1));
  CHECK(placeholders_fit(R"(["x",{"num":7}])", 1));
  CHECK(is_valid(R"(["x",{"_placeholder":true,"num":7}])"));
}

TEST_CASE("Memory for a big text is released after it, that for usual ones is kept") {
  json_validator validator;
  const json_validator::rules rules;
  const auto usual = make_message("[\"" + std::string(100'000, 'x') + "\"]");
  CHECK(validator.check_array(usual.data, rules));
  const auto kept = validator.capacity();
  CHECK(kept >= 100'000);
  CHECK(kept <= json_validator::kept_capacity);
  const auto big = make_message("[\"" + std::string(4'000'000, 'x') + "\"]");
  CHECK(validator.check_array(big.data, rules));
  CHECK(validator.capacity() <= json_validator::kept_capacity);
  CHECK(validator.check_array(usual.data, rules));
}
