#include "net/socketio/json.hpp"

#include "net/socketio/json_grammar.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace ocelli::socketio;
using namespace std::string_literals;

TEST_CASE("A text becomes a JSON string with the escapes that JSON demands") {
  const auto [text, expected] = GENERATE(table<std::string, std::string>({
      {"", R"("")"},
      {"cat", R"("cat")"},
      {R"(a "quoted" \ word)", R"("a \"quoted\" \\ word")"},
      {"line\nbreak\ttab\rreturn", R"("line\nbreak\ttab\rreturn")"},
      {"nul\0one\x01\x1f"s, R"("nul\u0000one\u0001\u001f")"},
      {"caf\xC3\xA9 \xE3\x81\xA6 \xF0\x9F\x90\xB1",
          "\"caf\xC3\xA9 \xE3\x81\xA6 \xF0\x9F\x90\xB1\""},
      {"/", R"("/")"},
  }));
  CHECK(json_string(text) == expected);
}

TEST_CASE("What is not UTF-8 is replaced, and what follows it stays") {
  const std::string mark = "\xEF\xBF\xBD";
  const auto [text, expected] = GENERATE_COPY(table<std::string, std::string>({
      {"a\xFF"
       "b",
          "\"a" + mark + "b\""},
      {"a\xC3", "\"a" + mark + "\""},
      {"\xC3(", "\"" + mark + "(\""},
      {"\xC0\xAF", "\"" + mark + mark + "\""},
      {"\xED\xA0\x80", "\"" + mark + mark + mark + "\""},
      {"\xF4\x90\x80\x80", "\"" + mark + mark + mark + mark + "\""},
      {"\xE0\x80\x80", "\"" + mark + mark + mark + "\""},
      {"\xF0\x9F\x90", "\"" + mark + mark + mark + "\""},
      {"\xFF\xC3\xA9\"", "\"" + mark + "\xC3\xA9\\\"\""},
  }));
  CHECK(json_string(text) == expected);
}

TEST_CASE("A string without escapes resolves to a view into its text") {
  const std::string raw = R"("data:image/jpeg;base64,/9j/4AAQ")";
  std::string storage;
  const auto result = resolve_string(raw, storage);
  REQUIRE(result);
  CHECK(result->data() == raw.data() + 1);
  CHECK(result->size() == raw.size() - 2);
  CHECK(storage.empty());
}

TEST_CASE("Escapes in a string are resolved") {
  const auto [raw, expected] = GENERATE(table<std::string, std::string>({
      {R"("\"\\\/\b\f\n\r\t")", "\"\\/\b\f\n\r\t"},
      {R"("a\u0041\u00e9\u3066")", "aA\xC3\xA9\xE3\x81\xA6"},
      {R"("\ud83d\udc31!")", "\xF0\x9F\x90\xB1!"},
      {R"("\uD83D\uDC31")", "\xF0\x9F\x90\xB1"},
      {R"("\ud83d")", "\xEF\xBF\xBD"},
      {R"("\ud83dx")", "\xEF\xBF\xBDx"},
      {R"("\udc31\ud83d")", "\xEF\xBF\xBD\xEF\xBF\xBD"},
      {R"("\ud83d\u0041")", "\xEF\xBF\xBD"
                            "A"},
      {R"("\u0000")", "\0"s},
      {R"("\udbff\udfff")", "\xF4\x8F\xBF\xBF"},
  }));
  std::string storage;
  CHECK(resolve_string(raw, storage) == expected);
}

TEST_CASE("What is no JSON string does not resolve") {
  const auto* raw = GENERATE(
      "", "\"", "1", "null", "[]", R"("\x")", R"("\u12")", R"("\u12g4")", R"("\")", R"(abc")");
  std::string storage;
  CHECK_FALSE(resolve_string(raw, storage));
}

TEST_CASE("A text that was made a JSON string resolves to itself") {
  std::string text;
  for (int byte = 0; byte < 128; ++byte)
    text += static_cast<char>(byte);
  std::string storage;
  CHECK(resolve_string(json_string(text), storage) == text);
}

TEST_CASE("The type of a JSON text is told by its first byte") {
  CHECK(kind_of("null") == json_kind::null);
  CHECK(kind_of("true") == json_kind::boolean);
  CHECK(kind_of("false") == json_kind::boolean);
  CHECK(kind_of("-1") == json_kind::number);
  CHECK(kind_of("7") == json_kind::number);
  CHECK(kind_of(R"("x")") == json_kind::string);
  CHECK(kind_of("[1]") == json_kind::array);
  CHECK(kind_of("{}") == json_kind::object);
}

TEST_CASE("Numbers are those of the JSON grammar") {
  const auto* valid = GENERATE("0", "-0", "7", "10", "1.5", "-1.25e10", "1E+2", "1e-2", "0.1",
      "1e999", "123456789012345678901234567890");
  CHECK(is_json_number(valid));
  const auto* invalid = GENERATE("", "-", "+1", "01", "-01", ".5", "1.", "1.e1", "1e", "1e+",
      "0x10", "NaN", "1 2", "1a", "--1", "Infinity");
  CHECK_FALSE(is_json_number(invalid));
}

TEST_CASE("A whole number is digits that fit, without sign or leading zeros") {
  CHECK(whole_number("0") == 0U);
  CHECK(whole_number("4294967295") == 4294967295U);
  const auto* text = GENERATE("", "4294967296", "-1", "+1", "1.0", "1e0", "01", "1 ", "a");
  CHECK_FALSE(whole_number(text));
}

TEST_CASE("A JSON number has the value that it says, unless no double has it") {
  CHECK(json_number("0") == 0.0);
  CHECK(json_number("-12.5e1") == -125.0);
  const auto* other =
      GENERATE("", "1e999", "-1e999", "01", "+1", "nan", "inf", "\"1\"", "1x", "true");
  CHECK_FALSE(json_number(other));
}
