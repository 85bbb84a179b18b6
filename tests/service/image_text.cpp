#include "net/service/image_text.hpp"

#include <catch2/catch.hpp>

using namespace ocelli;

namespace {

std::string text_of(const inference::image_bytes& image) {
  return {reinterpret_cast<const char*>(image.bytes.data()), image.bytes.size()};
}

/// The decoded bytes as text, or "failure: " and why there are none.
std::string decode(const std::string& text) {
  auto found = net::find_image_text(text);
  if (!found.failure.empty())
    return "failure: " + found.failure;
  net::buffer_pool pool{1 << 20};
  auto result = net::decode_image_text(found.encoded, pool);
  if (auto failure = std::get_if<std::string>(&result))
    return "failure: " + *failure;
  return text_of(std::get<inference::image_bytes>(result));
}

} // namespace

TEST_CASE("an image is found in every form of text") {
  // "subjects?>~" has every kind of letter that base64 knows, "c3ViamVjdHM/Pn4="
  auto text = GENERATE(as<std::string>{},
      "c3ViamVjdHM/Pn4=", "data:image/jpeg;base64,c3ViamVjdHM/Pn4=",
      "DATA:IMAGE/JPEG;BASE64,c3ViamVjdHM/Pn4=", "data:;base64,c3ViamVjdHM/Pn4=",
      "data:,c3ViamVjdHM/Pn4=", "data:image/jpeg;charset=utf-8;base64,c3ViamVjdHM/Pn4=",
      "data:image/jpeg,c3ViamVjdHM/Pn4=", "  data:image/png;base64,c3ViamVjdHM/Pn4=\n",
      "data:image/png;base64,c3ViamVjdHM%2FPn4%3D", "data:image/png;base64,c3ViamVjdHM%2fPn4%3d",
      "c3ViamVj\r\ndHM/Pn4=\r\n", " c3Vi amVj dHM/ Pn4= ", "c3ViamVjdHM/Pn4",
      "c3ViamVjdHM_Pn4=", "data:image/png;base64,c3ViamVjdHM_Pn4");
  INFO(text);
  CHECK(decode(text) == "subjects?>~");
}

TEST_CASE("text without an image says why") {
  auto [text, failure] = GENERATE(table<std::string, std::string>({
      {"", "empty image"},
      {" \t\r\n", "empty image"},
      {"data:image/png;base64,", "empty image"},
      {"data:", "data URL without a comma"},
      {"data:image/png;base64", "data URL without a comma"},
      {"A", "not base64"},
      {"AAAAA", "not base64"},
      {"data:image/png;base64,A", "not base64"},
  }));
  INFO(text);
  CHECK(decode(text) == "failure: " + failure);
}

TEST_CASE("what is not an escape of a URL stays as it is") {
  // the stray signs are not letters of base64 and are skipped, their digits are letters
  CHECK(decode("data:,YWJj%") == "abc");
  CHECK(decode("data:,YWJj%%%3D%") == "abc");
}

TEST_CASE("a long text is decoded whole") {
  std::string encoded;
  std::string decoded;
  for (int i = 0; i < 100'000; ++i) {
    encoded += "YWJj";
    decoded += "abc";
  }
  CHECK(net::decoded_bound(encoded) >= decoded.size());
  CHECK(decode("data:image/bmp;base64," + encoded) == decoded);
}
