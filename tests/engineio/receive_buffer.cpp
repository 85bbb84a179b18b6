#include "net/engineio/receive_buffer.hpp"

#include "net/engineio/message.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstring>
#include <string>

using namespace ocelli::engineio;

namespace {

void append(receive_buffer& buffer, std::string_view text, std::size_t promised = 0) {
  while (!text.empty()) {
    auto space = buffer.prepare(promised);
    REQUIRE_FALSE(space.empty());
    auto size = std::min(space.size(), text.size());
    std::memcpy(space.data(), text.data(), size);
    buffer.commit(size);
    text.remove_prefix(size);
  }
}

bool is_padded(const received_bytes& bytes) {
  auto end = bytes.data.data() + bytes.data.size();
  return std::all_of(end, end + message::padding, [](char c) { return c == '\0'; });
}

} // namespace

TEST_CASE("What was collected in pieces comes out whole and padded with zeros") {
  auto size = GENERATE(0U, 1U, 255U, 256U, 257U, 1000U, 65'536U, 300'000U);
  std::string text;
  for (std::size_t i = 0; i < size; ++i)
    text += static_cast<char>('a' + i % 26);
  receive_buffer buffer;
  append(buffer, text.substr(0, size / 3));
  append(buffer, text.substr(size / 3), size - size / 3);
  CHECK(buffer.size() == size);
  auto bytes = buffer.release();
  CHECK(bytes.data == text);
  CHECK(is_padded(bytes));
  CHECK(buffer.size() == 0);
}

TEST_CASE("Released bytes are not touched by what is received later") {
  receive_buffer buffer;
  append(buffer, "first");
  auto first = buffer.release();
  append(buffer, "other");
  auto second = buffer.release();
  CHECK(first.data == "first");
  CHECK(second.data == "other");
}

TEST_CASE("A promised length takes memory only as far as it is trusted or has arrived") {
  receive_buffer buffer;
  constexpr std::size_t promised = std::size_t{1} << 40;
  CHECK(buffer.prepare(promised).size() <= receive_buffer::trusted_bytes);
  std::string piece(receive_buffer::trusted_bytes, 'x');
  append(buffer, piece, promised);
  CHECK(buffer.prepare(promised).size() <= receive_buffer::trusted_bytes);
}

TEST_CASE("A promised length of moderate size is taken at once") {
  receive_buffer buffer;
  append(buffer, std::string(100, 'x'));
  CHECK(buffer.prepare(50'000).size() >= 50'000);
}

TEST_CASE("A reserved space is as large as asked for") {
  receive_buffer buffer;
  CHECK(buffer.reserve(1'000'000).size() >= 1'000'000);
  buffer.commit(3);
  CHECK(buffer.release().data.size() == 3);
}

TEST_CASE("A cleared buffer can be used again") {
  receive_buffer buffer;
  append(buffer, std::string(100'000, 'x'));
  buffer.clear();
  CHECK(buffer.size() == 0);
  append(buffer, "next");
  CHECK(buffer.release().data == "next");
}
