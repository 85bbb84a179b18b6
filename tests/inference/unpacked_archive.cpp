#include "inference/vision/unpacked_archive.hpp"

#include "inference/compiled_folder.hpp"
#include "inference/temporary_root.hpp"
#include "inference/vision/model_package.hpp"

#include <catch2/catch.hpp>

namespace ocelli::inference {

namespace {

using Catch::Contains;
using tests::temporary_root;

std::string error_of(const std::filesystem::path& file) {
  try {
    const unpacked_archive archive(file);
  } catch (const model_error& error) {
    return error.what();
  }
  return "unpacked";
}

} // namespace

TEST_CASE("a compiled package is unpacked without its sources into a folder that goes away") {
  const tests::temporary_folder root;
  const temporary_root set(root.path());
  const auto file = root.path() / "model.pt2";
  tests::write_archive(file, tests::compiled_library);
  std::filesystem::path folder;
  {
    unpacked_archive first(file);
    const unpacked_archive archive(std::move(first));
    folder = archive.folder();
    CHECK(folder.parent_path() == std::filesystem::canonical(root.path()));
    CHECK((std::filesystem::status(folder).permissions() & std::filesystem::perms::others_all) ==
          std::filesystem::perms::none);
    CHECK(archive.library() == folder / "model.wrapper.so");
    CHECK(tests::read_bytes(archive.library()) == tests::read_bytes(tests::compiled_library));
    CHECK(std::filesystem::exists(folder / "model.wrapper_metadata.json"));
    CHECK_FALSE(std::filesystem::exists(folder / "model.wrapper.cpp"));
    archive.remove_library();
    CHECK_FALSE(std::filesystem::exists(archive.library()));
  }
  CHECK_FALSE(std::filesystem::exists(folder));
}

TEST_CASE("a file that is no complete archive is refused, and nothing is left behind") {
  const tests::temporary_folder root;
  const temporary_root set(root.path());
  const auto file = root.path() / "model.pt2";
  SECTION("no archive") { tests::write_text(file, "PK\x03\x04 but no archive"); }
  SECTION("empty") { tests::write_text(file, ""); }
  SECTION("missing") {}
  SECTION("truncated") {
    tests::write_archive(file, tests::compiled_library);
    std::filesystem::resize_file(file, std::filesystem::file_size(file) / 2);
  }
  SECTION("no library") {
    tests::write_archive(file, tests::compiled_library, "data/aotinductor/model/weights.bin");
  }
  SECTION("another layout") {
    tests::write_archive(file, tests::compiled_library, "data/aotinductor/other/model.so");
  }
  SECTION("a path in a name") {
    tests::write_archive(file, tests::compiled_library, "data/aotinductor/model/../../../model.so");
  }
  const auto error = error_of(file);
  CHECK_THAT(error, Contains("model.pt2 is no complete AOTInductor package: export it again"));
  CHECK(error.find('\n') == std::string::npos);
  std::filesystem::remove(file);
  CHECK(std::filesystem::is_empty(root.path()));
}

TEST_CASE("a folder that cannot be used for unpacking says what to set") {
  const tests::temporary_folder root;
  const auto file = root.path() / "model.pt2";
  tests::write_archive(file, tests::compiled_library);
  const temporary_root set(GENERATE("/nowhere/at/all", "/proc/self"));
  CHECK_THAT(error_of(file), Contains("cannot be unpacked in") &&
                                 Contains("set the environment variable TMPDIR to a folder where "
                                          "files may be written and run"));
}

} // namespace ocelli::inference
