#include "inference/chat/document_folder.hpp"

#include "support/temporary_folder.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <string>

using namespace ocelli::inference;

namespace {

namespace fs = std::filesystem;

/// A folder of documents, gone at the end.
struct folder : ocelli::tests::temporary_folder {
  std::string refusal(const document_limits& limits = {}) const {
    try {
      read_document_folder(path(), limits);
    } catch (const document_error& refused) {
      return refused.what();
    }
    return "accepted";
  }
};

} // namespace

TEST_CASE(
    "documents are read in the order of their names, also below, and other files are passed over") {
  const folder documents;
  documents.write("b.qa", "Q: q\nA: second");
  documents.write("a.md", "first");
  documents.write("deeper/c.md", "third");
  documents.write("notes.txt", "not read");
  documents.write(".hidden.md", "not read");
  documents.write(".hidden/d.md", "not read");
  fs::create_directory(documents.path() / "folder.md");
  const auto passages = read_document_folder(documents.path());
  REQUIRE(passages.size() == 3);
  CHECK(passages[0].text == "first");
  CHECK(passages[1].text == "second");
  CHECK(passages[2].text == "third");
  CHECK(passages[2].source == "deeper/c.md");
}

TEST_CASE(
    "a folder that is a link is followed, as are links to files, and links to folders are not") {
  const folder documents;
  documents.write("real/a.md", "first");
  fs::create_directory_symlink(documents.path() / "real", documents.path() / "link");
  CHECK(read_document_folder(documents.path()).size() == 1);
  CHECK(read_document_folder(documents.path() / "link").size() == 1);
  fs::create_symlink(documents.path() / "real/a.md", documents.path() / "b.md");
  CHECK(read_document_folder(documents.path()).size() == 2);
}

TEST_CASE("a folder that is missing or has nothing to read is refused with what to do") {
  const folder documents;
  CHECK_THAT(documents.refusal(),
      Catch::Contains("no documents in") && Catch::Contains("put .md or .qa files there"));
  documents.write("a.md", "\n");
  CHECK_THAT(documents.refusal(), Catch::Contains("are empty"));
  CHECK_THROWS_WITH(read_document_folder(documents.path() / "missing"),
      Catch::Contains("missing': No such file") && Catch::Contains("set chat.knowledge_path"));
  CHECK_THROWS_WITH(
      read_document_folder(documents.path() / "a.md"), Catch::Contains("Not a directory"));
}

TEST_CASE("a document that is too large is refused by name") {
  const folder documents;
  documents.write("a.md", std::string(100, 'x'));
  CHECK(documents.refusal({.file_bytes = 100}) == "accepted");
  CHECK_THAT(documents.refusal({.file_bytes = 99}),
      Catch::Contains("a.md' is larger than 99 bytes; split it"));
}

TEST_CASE("documents that are too large together or have too many passages are refused by name") {
  const folder documents;
  documents.write("a.md", std::string(100, 'x'));
  documents.write("b.md", "one\n\ntwo");
  CHECK(documents.refusal({.folder_bytes = 108}) == "accepted");
  CHECK_THAT(documents.refusal({.folder_bytes = 107}),
      Catch::Contains("larger than 107 bytes together") && Catch::Contains("b.md"));
  CHECK(documents.refusal({.passages = 3}) == "accepted");
  CHECK_THAT(documents.refusal({.passages = 2}),
      Catch::Contains("more than 2 passages") && Catch::Contains("b.md"));
}

TEST_CASE("a document that is not UTF-8 or malformed is refused by name") {
  const folder documents;
  documents.write("a.md", "caf\xE9");
  CHECK_THAT(documents.refusal(), Catch::Contains("a.md' is not UTF-8; convert it"));
  documents.write("a.md", "café");
  documents.write("b.qa", "nonsense");
  CHECK_THAT(documents.refusal(), Catch::StartsWith("b.qa:1: "));
}
