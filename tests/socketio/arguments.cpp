#include "net/socketio/arguments.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace ocelli::socketio;

namespace {

std::vector<std::string> read_all(std::string_view arguments) {
  argument_reader reader(arguments);
  std::vector<std::string> values;
  while (const auto value = reader.next())
    values.emplace_back(*value);
  return values;
}

} // namespace

TEST_CASE("Arguments are read one after the other as they were written") {
  using list = std::vector<std::string>;
  CHECK(read_all("").empty());
  CHECK(read_all("  ").empty());
  CHECK(read_all("1") == list{"1"});
  CHECK(read_all(R"(1,"2",{"3":[true]})") == list{"1", R"("2")", R"({"3":[true]})"});
  CHECK(
      read_all(R"( 1 , [2,3] , {"a":[4,{"b":5}]} )") == list{"1", "[2,3]", R"({"a":[4,{"b":5}]})"});
  CHECK(read_all(R"("a,b","]","{","\"","\\",null)") ==
        list{R"("a,b")", R"("]")", R"("{")", R"("\"")", R"("\\")", "null"});
  CHECK(read_all(R"("\\\",x",1)") == list{R"("\\\",x")", "1"});
}

TEST_CASE("The rest of the arguments is what was not read yet") {
  argument_reader reader(R"("name", 1 ,2)");
  CHECK(reader.next() == R"("name")");
  CHECK(reader.rest() == "1 ,2");
  CHECK(reader.next() == "1");
  CHECK(reader.next() == "2");
  CHECK(reader.rest().empty());
  CHECK_FALSE(reader.next());
}

TEST_CASE("An argument is found by its place") {
  CHECK(argument_at("1,2,3", 0) == "1");
  CHECK(argument_at("1,2,3", 2) == "3");
  CHECK_FALSE(argument_at("1,2,3", 3));
  CHECK_FALSE(argument_at("", 0));
}

TEST_CASE("A reader given what is not JSON ends within the text") {
  const auto* text = GENERATE(
      "\"", "\"abc", "\"\\", "[", "{\"a\":", "]]]", ",", ",,1", "}", "\\", "[\"", "1,", "\"a\\\"");
  CHECK(read_all(text).size() <= 3);
  CHECK_FALSE(find_member(text, "a"));
}

TEST_CASE("A member of an object is found by name, in the object itself only") {
  const std::string object =
      R"( { "inner" : {"image":1} , "text":"\"image\":2", "image" : "abc" , "id":[1,2] } )";
  CHECK(find_member(object, "image") == R"("abc")");
  CHECK(find_member(object, "inner") == R"({"image":1})");
  CHECK(find_member(object, "id") == "[1,2]");
  CHECK_FALSE(find_member(object, "text2"));
  CHECK_FALSE(find_member("{}", "a"));
  CHECK_FALSE(find_member("[1]", "a"));
  CHECK_FALSE(find_member(R"("a")", "a"));
  CHECK_FALSE(find_member("", "a"));
}

TEST_CASE("Of several members of a name the last one counts, and escapes in names are resolved") {
  CHECK(find_member(R"({"a":1,"a":2})", "a") == "2");
  CHECK(find_member(R"({"\u0061":3})", "a") == "3");
  CHECK(find_member(R"({"a:b":4})", "a:b") == "4");
}

TEST_CASE("A member's value is a view into the object's text, however long it is") {
  const std::string image(3'000'000, 'A');
  const std::string object = R"({"image":")" + image + R"(","id":7})";
  const auto found = find_member(object, "image");
  REQUIRE(found);
  CHECK(found->data() == object.data() + 9);
  CHECK(found->size() == image.size() + 2);
  CHECK(find_member(object, "id") == "7");
}

TEST_CASE("A placeholder's number is read, and only a placeholder's") {
  CHECK(placeholder_number(R"({"_placeholder":true,"num":0})") == 0U);
  CHECK(placeholder_number(R"({ "num" : 12 , "_placeholder" : true })") == 12U);
  const auto* other =
      GENERATE(R"({"_placeholder":false,"num":0})", R"({"num":0})", R"({"_placeholder":true})",
          R"({"_placeholder":true,"num":-1})", R"({"_placeholder":true,"num":"splice"})",
          R"({"_placeholder":true,"num":1e9})", "0", R"("x")", "[]");
  CHECK_FALSE(placeholder_number(other));
}

TEST_CASE("The attachment of a placeholder is found when the event has it") {
  const std::vector<attachment> received = {{"first", nullptr}, {"second", nullptr}};
  const auto* found = find_attachment(received, R"({"_placeholder":true,"num":1})");
  REQUIRE(found);
  CHECK(found->bytes == "second");
  CHECK_FALSE(find_attachment(received, R"({"_placeholder":true,"num":2})"));
  CHECK_FALSE(find_attachment(received, R"("text")"));
}

TEST_CASE("Arguments are read as what they stand for, and what is of another type is passed over") {
  argument_reader reader(R"("caf\u00e9",2.5,true,false,"x",1)");
  CHECK(reader.next_string() == "caf\xC3\xA9");
  CHECK(reader.next_number() == 2.5);
  CHECK(reader.next_boolean() == true);
  CHECK(reader.next_boolean() == false);
  CHECK_FALSE(reader.next_number());
  CHECK_FALSE(reader.next_string());
  CHECK_FALSE(reader.next_boolean());
}

TEST_CASE("A string that is a member of an object is found, and only a string") {
  const std::string object = R"({"name":"Ann \"A\"","age":5})";
  CHECK(find_string(object, "name") == "Ann \"A\"");
  CHECK_FALSE(find_string(object, "age"));
  CHECK_FALSE(find_string(object, "other"));
  CHECK_FALSE(find_string("[]", "name"));
}

TEST_CASE("Attachments are copied in their order") {
  const auto copies = copy_attachments({{"first", nullptr}, {"", nullptr}});
  REQUIRE(copies.size() == 2);
  CHECK(copies[0].binary);
  CHECK(*copies[0].data == "first");
  CHECK(copies[1].data->empty());
}
