#include "inference/vision/model_package.hpp"

#include "inference/model_folder.hpp"
#include "inference/share_folder.hpp"
#include "inference/vision/sha256.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace ocelli::inference {

namespace {

using Catch::Contains;
using Catch::EndsWith;
using tests::model_folder;

std::string error_of(const std::filesystem::path& folder) {
  try {
    load_model_package(folder);
  } catch (const model_error& error) {
    return error.what();
  }
  return "loaded";
}

} // namespace

TEST_CASE("a model package is read as it is written") {
  const model_folder folder;
  const auto package = load_model_package(folder.path());
  CHECK(package.folder == folder.path());
  CHECK(package.name == "test");
  CHECK(package.description == "For tests");
  CHECK(package.format == model_format::torch_script);
  CHECK(package.model_file == folder.file("model.pt"));
  CHECK(package.precision == "float32");
  CHECK(package.input.width == 28);
  CHECK(package.input.height == 24);
  CHECK(package.input.resize == 32);
  CHECK(package.input.color == color_order::rgb);
  CHECK(package.input.mean == std::array{0.485F, 0.456F, 0.406F});
  CHECK(package.input.std == std::array{0.229F, 0.224F, 0.225F});
  CHECK(package.labels == std::vector<std::string>{"cat", "dog"});
  CHECK(package.label_source == "a text file");
}

TEST_CASE("the model that comes with Ocelli is a valid package with the labels of Fashion-MNIST in "
          "order") {
  const auto package = load_model_package(resolve_model_path("embedded", share_folder()));
  CHECK(package.labels == std::vector<std::string>{"Ankle boot", "Bag", "Coat", "Dress", "Pullover",
                              "Sandal", "Shirt", "Sneaker", "T-shirt/top", "Trouser"});
  CHECK(package.input.color == color_order::gray);
  CHECK(package.input.width == 28);
  CHECK(package.input.mean[0] == 0.286F);
}

TEST_CASE("a model path other than embedded is taken as it is") {
  CHECK(resolve_model_path("models/mine", "/usr/share/ocelli") == "models/mine");
  CHECK(resolve_model_path("embedded", "/usr/share/ocelli") ==
        "/usr/share/ocelli/models/fashion-mnist");
}

TEST_CASE("a folder without a manifest says what to set") {
  const tests::temporary_folder folder;
  CHECK_THAT(
      error_of(folder.path()), Contains("model.toml is missing") && Contains("set model.path"));
  CHECK_THAT(error_of(folder.path() / "nowhere"), Contains("no model package in"));
}

TEST_CASE("one wrong key of the manifest is reported with its place") {
  model_folder folder;
  struct row {
    std::string section, key, line, error;
  };
  const auto [section, key, line, error] = GENERATE(
      row{"", "schema", "schema = 2", ":1:10: schema must be an integer from 1 to 1"},
      row{"", "schema", "", ":1:1: schema is missing"},
      row{"", "name", "name = 5", ":2:8: name must be a text that is not empty"},
      row{"", "name", "name = \"\"", ":2:8: name must be a text that is not empty"},
      row{"", "name", "name = \"a\"\nnames = \"b\"",
          ":3:1: unknown key names; known here: description, input, labels, model, name, schema"},
      row{"model", "format", "format = \"onnx\"",
          ":5:10: model.format must be \"torchscript\" or \"aotinductor\""},
      row{"model", "precision", "precision = \"int3\"",
          ":8:13: model.precision must be \"float32\""},
      row{"model", "file", "file = \"../model.pt\"",
          ":6:8: model.file must be the plain name of a file beside model.toml"},
      row{"model", "file", "file = \"/etc/passwd\"",
          ":6:8: model.file must be the plain name of a file beside model.toml"},
      row{"model", "file", "file = \"..\"",
          ":6:8: model.file must be the plain name of a file beside model.toml"},
      row{"model", "sha256", "sha256 = \"abc\"",
          ":7:10: model.sha256 must be 64 hexadecimal digits, as sha256sum prints them"},
      row{"model", "precision", "precision = \"float32\"\ndevice = \"cpu\"",
          ":9:1: unknown key model.device; known here: file, format, precision, sha256"},
      row{"input", "width", "width = 0", ":10:9: input.width must be an integer from 1 to 4096"},
      row{"input", "width", "width = 28.0", ":10:9: input.width must be an integer from 1 to 4096"},
      row{"input", "height", "height = 4097",
          ":11:10: input.height must be an integer from 1 to 4096"},
      row{"input", "color", "color = \"hsv\"",
          ":12:9: input.color must be \"gray\" or \"rgb\" or \"bgr\""},
      row{"input", "resize", "resize = 27",
          ":13:10: input.resize must be at least input.width and input.height: the crop is cut "
          "from it"},
      row{"input", "mean", "mean = [0.5]",
          ":14:8: input.mean must be a list of 3 numbers, one per channel"},
      row{"input", "mean", "mean = [0.5, \"x\", 1]",
          ":14:8: input.mean must be a list of 3 numbers, one per channel"},
      row{"input", "mean", "mean = [0.5, nan, 1]",
          ":14:8: input.mean must be a list of 3 numbers, one per channel"},
      row{"input", "std", "std = [0.5, 0, 1]",
          ":15:7: input.std must be a list of 3 numbers above 0, one per channel"},
      row{"labels", "source", "", ":16:1: labels.source is missing"});
  folder.replace(section, key, line);
  CHECK_THAT(error_of(folder.path()), EndsWith("model.toml" + error));
}

TEST_CASE("everything that is wrong with a manifest is reported at once, in one line") {
  model_folder folder;
  folder.replace("", "name", "");
  folder.replace("model", "format", "format = true");
  folder.replace("input", "width", "width = -1");
  folder.replace("input", "std", "deviation = [1, 1, 1]");
  folder.replace("labels", "source", "source = []");
  const auto error = error_of(folder.path());
  for (const auto* part : {"name is missing", "model.format must be", "input.width must be",
           "input.std is missing", "unknown key input.deviation", "labels.source must be"}) {
    CHECK_THAT(error, Contains(part));
  }
  CHECK(std::count(error.begin(), error.end(), ';') >= 5);
  CHECK(error.find('\n') == std::string::npos);
}

TEST_CASE("a missing table is reported once and not key by key") {
  const model_folder folder;
  tests::write_text(folder.file("model.toml"),
      "schema = 1\nname = \"n\"\ndescription = \"d\"\nlabels = 3\n[model]\n");
  const auto error = error_of(folder.path());
  CHECK_THAT(error, Contains("1:1: input is missing") && Contains(":4:10: labels must be a table"));
  CHECK_THAT(error,
      Contains("model.file is missing") && !Contains("input.width") && !Contains("labels.file"));
}

TEST_CASE("a manifest that is no TOML is reported with its place") {
  const model_folder folder;
  tests::write_text(folder.file("model.toml"), "schema = 1\nname = \n");
  CHECK_THAT(error_of(folder.path()), Contains("model.toml:2:"));
}

TEST_CASE("a file that is not the one of the manifest is refused") {
  const model_folder folder;
  const std::string name = GENERATE("model.pt", "labels.txt");
  tests::write_text(folder.file(name), "something else");
  CHECK_THAT(error_of(folder.path()),
      Contains(name + " has SHA-256 ") && Contains("copy or export the package again"));
}

TEST_CASE("a file that is missing is named") {
  const model_folder folder;
  const std::string name = GENERATE("model.pt", "labels.txt");
  std::filesystem::remove(folder.file(name));
  CHECK_THAT(error_of(folder.path()),
      EndsWith(name + " cannot be read: is it there, and may this user read it?"));
}

TEST_CASE("a digest may be written in capitals") {
  model_folder folder;
  auto digest = sha256_of_file(folder.file("model.pt")).value();
  std::transform(digest.begin(), digest.end(), digest.begin(),
      [](unsigned char c) { return std::toupper(c); });
  folder.replace("model", "sha256", "sha256 = \"" + digest + "\"");
  CHECK(error_of(folder.path()) == "loaded");
}

TEST_CASE("labels are one a line, with either line end, and may repeat") {
  const auto [text, labels] = GENERATE(table<std::string, std::vector<std::string>>({
      {"cat\ndog", {"cat", "dog"}},
      {"cat\r\ndog\r\n", {"cat", "dog"}},
      {"crane\ncrane\n", {"crane", "crane"}},
      {"T-shirt/top\nH\xC3\xBCte\n", {"T-shirt/top", "H\xC3\xBCte"}},
      {"\xE2\x82\xAC\n\xF0\x9F\x91\x9F\n", {"\xE2\x82\xAC", "\xF0\x9F\x91\x9F"}},
  }));
  const model_folder folder("model", text);
  CHECK(load_model_package(folder.path()).labels == labels);
}

TEST_CASE("labels that cannot be sent are refused with their line") {
  const auto [text, error] = GENERATE(table<std::string, std::string>({
      {"", "labels.txt has no labels: one label a line is wanted"},
      {"cat\n\ndog\n", "labels.txt:2: empty label: one label a line is wanted"},
      {"cat\n\xFF\n", "labels.txt:2: label is not UTF-8: save the file as UTF-8"},
      {"\xC0\x80\n", "labels.txt:1: label is not UTF-8: save the file as UTF-8"},
      {"\xED\xA0\x80\n", "labels.txt:1: label is not UTF-8: save the file as UTF-8"},
      {"\xF4\x90\x80\x80\n", "labels.txt:1: label is not UTF-8: save the file as UTF-8"},
      {"\xE2\x82\n", "labels.txt:1: label is not UTF-8: save the file as UTF-8"},
  }));
  const model_folder folder("model", text);
  CHECK_THAT(error_of(folder.path()), EndsWith(error));
}

TEST_CASE("SHA-256 of files is that of the standard's examples") {
  const tests::temporary_folder folder;
  const auto file = folder.path() / "file";
  tests::write_text(file, "abc");
  CHECK(sha256_of_file(file) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  tests::write_text(file, std::string(1'000'000, 'a'));
  CHECK(sha256_of_file(file) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
  CHECK_FALSE(sha256_of_file(folder.path() / "none").has_value());
}

} // namespace ocelli::inference
