#include "inference/vision/image_header.hpp"

#include "inference/test_files.hpp"

#include <catch2/catch.hpp>

#include <cstring>

namespace ocelli::inference {

namespace {

using tests::data_file;
using tests::read_bytes;

std::vector<std::byte> to_bytes(std::string_view text) {
  const auto bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}

image_header header_of(const std::vector<std::byte>& bytes) {
  const auto result = read_image_header(bytes);
  if (const auto* refusal = std::get_if<std::string>(&result)) {
    FAIL(*refusal);
  }
  return std::get<image_header>(result);
}

std::string refusal_of(std::span<const std::byte> bytes) {
  const auto result = read_image_header(bytes);
  const auto* refusal = std::get_if<std::string>(&result);
  return refusal == nullptr ? "accepted" : *refusal;
}

void set_le32(std::vector<std::byte>& bytes, std::size_t offset, std::uint32_t value) {
  std::memcpy(bytes.data() + offset, &value, sizeof value);
}

} // namespace

TEST_CASE("the header tells format, size and orientation of every kind of image") {
  for (const auto& name : tests::read_lines(data_file("images/expected.txt"))) {
    CAPTURE(name);
    const auto header = header_of(read_bytes(data_file("images/" + name)));
    const std::string ending = name.substr(name.find('.'));
    CHECK(header.format == (ending == ".jpg"       ? image_format::jpeg
                               : ending == ".png"  ? image_format::png
                               : ending == ".webp" ? image_format::webp
                                                   : image_format::bmp));
    CHECK(header.width == 40);
    CHECK(header.height == 28);
    const bool oriented = name.starts_with("exif_");
    CHECK(header.orientation == (oriented ? name[5] - '0' : 1));
  }
}

TEST_CASE("anything but JPEG, PNG, WebP and BMP is an unsupported format") {
  const std::string name = GENERATE("garbage.jpg", "text.png", "picture.gif", "picture.tiff",
      "picture.jp2", "picture.ppm", "document.pdf");
  CAPTURE(name);
  CHECK(refusal_of(read_bytes(data_file("images/" + name))) == "unsupported format");
}

TEST_CASE("an empty image is called empty") { CHECK(refusal_of({}) == "image is empty"); }

TEST_CASE("an animated WebP is refused with that word") {
  CHECK(refusal_of(read_bytes(data_file("images/animated.webp"))) ==
        "animated WebP is not supported");
}

TEST_CASE("every image that is cut off anywhere behind its signature is called truncated") {
  for (const auto& name : tests::read_lines(data_file("images/expected.txt"))) {
    const auto bytes = read_bytes(data_file("images/" + name));
    for (std::size_t length = 12; length < bytes.size(); ++length) {
      const auto refusal = refusal_of(std::span(bytes).first(length));
      if (refusal.find("truncated") == std::string::npos) {
        FAIL(name << " cut to " << length << " bytes: " << refusal);
      }
    }
  }
}

TEST_CASE("what follows the end of an image does not matter") {
  const std::string name =
      GENERATE("rgb.jpg", "progressive.jpg", "rgb.png", "lossy.webp", "rgb.bmp");
  CAPTURE(name);
  auto bytes = read_bytes(data_file("images/" + name));
  bytes.resize(bytes.size() + 100, std::byte{0x5A});
  CHECK(header_of(bytes).width == 40);
}

TEST_CASE("broken JPEG headers are refused") {
  using namespace std::string_view_literals;
  constexpr auto no_end = "image file is truncated (JPEG without its end)"sv;
  const auto [bytes, refusal] = GENERATE_COPY(table<std::string_view, std::string_view>({
      {"\xFF\xD8\xFF"sv, no_end},
      {"\xFF\xD8\xFF\xFF\xFF"sv, no_end},
      {"\xFF\xD8\xFF\xD9"sv, "broken JPEG: no picture before its end"sv},
      {"\xFF\xD8\xFF\xE0\x00\x01"sv, "broken JPEG: a segment is too short"sv},
      {"\xFF\xD8\xFF\xE0\xFF\xFF"sv, no_end},
      {"\xFF\xD8\xFF\xC0\x00\x05\x08\x00\x01"sv, "broken JPEG: wrong frame header"sv},
      {"\xFF\xD8\xFF\xC0\x00\x08\x08\x00\x01\x00\x00\x01"sv, "broken JPEG: width or height is 0"sv},
      {"\xFF\xD8\xFF\xC0\x00\x08\x08\x00\x00\x00\x01\x01"sv, "broken JPEG: width or height is 0"sv},
      {"\xFF\xD8\xFF\xC3\x00\x08\x08\x00\x01\x00\x01\x01"sv, "unsupported kind of JPEG"sv},
      {"\xFF\xD8\xFF\xDA\x00\x02\xFF\xD9"sv, "broken JPEG: no frame header before the picture"sv},
      {"\xFF\xD8\xFF\xC0\x00\x08\x08\x00\x01\x00\x01\x01\xFF\xD9"sv,
          "broken JPEG: no picture before its end"sv},
      {"\xFF\xD8\xFF\xC0\x00\x08\x08\x00\x01\x00\x01\x01\xFF\xC0\x00\x08\x08\x00\x01\x00\x01\x01\xFF\xD9"sv,
          "broken JPEG: wrong frame header"sv},
  }));
  CAPTURE(refusal);
  CHECK(refusal_of(to_bytes(bytes)) == refusal);
}

TEST_CASE("a JPEG with more scans than a picture needs is refused") {
  std::string text("\xFF\xD8\xFF\xC2\x00\x08\x08\x00\x01\x00\x01\x01", 12);
  for (int i = 0; i < 101; ++i) {
    text.append("\xFF\xDA\x00\x02\x11", 5);
  }
  text += "\xFF\xD9";
  CHECK(refusal_of(to_bytes(text)) == "JPEG has too many scans");
}

TEST_CASE("broken PNG headers are refused") {
  auto bytes = read_bytes(data_file("images/rgb.png"));
  SECTION("without a header chunk") {
    bytes[12] = std::byte{'X'};
    CHECK(refusal_of(bytes) == "broken PNG: no header chunk");
  }
  SECTION("with a width of 0") {
    std::fill_n(bytes.begin() + 16, 4, std::byte{0});
    CHECK(refusal_of(bytes) == "broken PNG: wrong width or height");
  }
  SECTION("with a height beyond the format") {
    bytes[20] = std::byte{0x80};
    CHECK(refusal_of(bytes) == "broken PNG: wrong width or height");
  }
  SECTION("with a chunk longer than the format allows") {
    bytes[33] = std::byte{0xFF};
    CHECK(refusal_of(bytes) == "broken PNG: a chunk is too long");
  }
}

TEST_CASE("broken WebP headers are refused") {
  SECTION("a lossy picture without its start code") {
    auto bytes = read_bytes(data_file("images/lossy.webp"));
    bytes[23] = std::byte{0};
    CHECK(refusal_of(bytes) == "broken WebP: wrong header");
  }
  SECTION("a lossless picture without its signature") {
    auto bytes = read_bytes(data_file("images/lossless.webp"));
    bytes[20] = std::byte{0};
    CHECK(refusal_of(bytes) == "broken WebP: wrong header");
  }
  SECTION("a canvas of another size than the picture") {
    auto bytes = read_bytes(data_file("images/exif_8.webp"));
    bytes[24] = std::byte{1};
    CHECK(refusal_of(bytes) == "broken WebP: wrong header");
  }
  SECTION("no picture at all") {
    using namespace std::string_view_literals;
    CHECK(refusal_of(to_bytes("RIFF\x04\x00\x00\x00WEBP"sv)) == "broken WebP: no picture");
  }
}

TEST_CASE("broken BMP headers are refused") {
  auto bytes = read_bytes(data_file("images/rgb.bmp"));
  struct row {
    std::size_t offset;
    std::uint32_t value;
  };
  const auto changed = GENERATE(row{14, 41}, row{18, 0}, row{18, 0x8000'0000}, row{22, 0},
      row{22, 0x8000'0000}, row{28, 0}, row{28, 33});
  CAPTURE(changed.offset, changed.value);
  set_le32(bytes, changed.offset, changed.value);
  CHECK(refusal_of(bytes) == "broken BMP: wrong header");
}

TEST_CASE("a BMP that says to be larger than memory is called truncated") {
  auto bytes = read_bytes(data_file("images/rgb.bmp"));
  set_le32(bytes, 18, 0x7FFF'FFFF);
  set_le32(bytes, 22, 0x7FFF'FFFF);
  CHECK_THAT(refusal_of(bytes), Catch::Contains("truncated"));
}

TEST_CASE("broken EXIF data leaves the picture upright") {
  auto bytes = read_bytes(data_file("images/exif_6.jpg"));
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  const auto tiff = text.find("Exif") + 6;
  const auto [offset, value] =
      GENERATE(table<std::size_t, int>({{0, 'X'}, {3, 0}, {7, 0xFF}, {19, 9}, {10, 0xFF}}));
  CAPTURE(offset);
  REQUIRE(header_of(bytes).orientation == 6);
  // the byte order, the magic number, the place of the directory, the value and the tag, in turn
  bytes[tiff + offset] = static_cast<std::byte>(value);
  CHECK(header_of(bytes).orientation == 1);
}

} // namespace ocelli::inference
