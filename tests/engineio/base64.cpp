#include "net/engineio/base64.hpp"

#include <catch2/catch.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

using namespace ocelli::engineio;

namespace {

template <class Decoder>
std::optional<std::string> decode(Decoder decoder, std::string_view text) {
  std::vector<std::byte> out(base64_decoded_bound(text.size()));
  auto size = decoder(text, out.data());
  if (!size)
    return std::nullopt;
  return std::string(reinterpret_cast<const char*>(out.data()), *size);
}

} // namespace

TEST_CASE("The test vectors of RFC 4648 are encoded and decoded") {
  auto [plain, encoded] = GENERATE(table<std::string, std::string>({
      {"", ""},
      {"f", "Zg=="},
      {"fo", "Zm8="},
      {"foo", "Zm9v"},
      {"foob", "Zm9vYg=="},
      {"fooba", "Zm9vYmE="},
      {"foobar", "Zm9vYmFy"},
      {"\xfb\xff\xfe", "+//+"},
  }));
  CHECK(base64_encode(plain) == encoded);
  CHECK(decode(base64_decode, encoded) == plain);
  CHECK(decode(base64_decode_forgiving, encoded) == plain);
}

TEST_CASE("The strict decoder refuses what is not exactly base64") {
  auto text = GENERATE(as<std::string>(), "Z", "Zg", "Zg=", "Zm8", "Zg==Zg==", "Zg==\n",
      " Zg==", "Zm9-", "Zm_v", "====", "=m9v", "Z=9v", "Zm=v", "Zm9vZm9v!m9v", "Zm9\0");
  CHECK_FALSE(decode(base64_decode, text));
}

TEST_CASE("The strict decoder refuses a wrong character anywhere in a long text") {
  std::string text(4096, 'A');
  auto position = GENERATE(0U, 1U, 63U, 64U, 1000U, 4094U, 4095U);
  text[position] = '*';
  CHECK_FALSE(decode(base64_decode, text));
}

TEST_CASE("The forgiving decoder takes what Python's decoder and browsers' encoders make") {
  auto [text, plain] = GENERATE(table<std::string, std::string>({
      {"Zm9v\r\nYmFy\r\n", "foobar"},
      {" Z m 9 v ", "foo"},
      {"Zm9vYg", "foob"},
      {"Zm9vYmE", "fooba"},
      {"-__-", "\xfb\xff\xfe"},
      {"Zg==Zm9v", "f"},
      {"Zm9v!", "foo"},
      {"Zm9v=", "foo"},
      {"\n", ""},
      {"=", ""},
  }));
  CHECK(decode(base64_decode_forgiving, text) == plain);
}

TEST_CASE("The forgiving decoder refuses a text with one character too many") {
  auto text = GENERATE(as<std::string>(), "Z", "Zm9vY", "Z===", "Zm9v\nY");
  CHECK_FALSE(decode(base64_decode_forgiving, text));
}

TEST_CASE("Long binary data survives encoding and decoding") {
  std::string plain;
  for (int i = 0; i < 100'003; ++i)
    plain += static_cast<char>(i * 31 + i / 256);
  auto encoded = base64_encode(plain);
  CHECK(encoded.size() == (plain.size() + 2) / 3 * 4);
  CHECK(decode(base64_decode, encoded) == plain);
}
