#include "inference/compiled_folder.hpp"

#include "inference/vision/sha256.hpp"

#include <caffe2/serialize/inline_container.h>
#include <fmt/format.h>

namespace ocelli::tests {

void write_archive(
    const std::filesystem::path& file, const std::string& library, const std::string& record) {
  caffe2::serialize::PyTorchStreamWriter archive(file.string());
  const auto bytes = read_bytes(library);
  archive.writeRecord(record, bytes.data(), bytes.size());
  const std::string source = "// what was compiled";
  archive.writeRecord("data/aotinductor/model/model.wrapper.cpp", source.data(), source.size());
  const std::string metadata = R"({"AOTI_DEVICE_KEY": "cpu"})";
  archive.writeRecord(
      "data/aotinductor/model/model.wrapper_metadata.json", metadata.data(), metadata.size());
  archive.writeEndOfFile();
}

compiled_folder::compiled_folder(std::vector<std::uint32_t> sizes) : sizes_(std::move(sizes)) {
  write_text(path() / "labels.txt", "red\ngreen\n");
  for (const std::uint32_t size : sizes_) {
    write_archive(file(size), compiled_library);
  }
}

std::filesystem::path compiled_folder::file(std::uint32_t size) const {
  return path() / fmt::format("batch_{}.pt2", size);
}

inference::model_package compiled_folder::load() const {
  std::string text = R"(schema = 1
name = "colours"
description = "tells red from green"
[model]
format = "aotinductor"
precision = "float32"
device = "cpu"
torch = "2.11.0"
cpu_features = []
)";
  for (const std::uint32_t size : sizes_) {
    text += fmt::format("[[model.batches]]\nsize = {}\nfile = \"batch_{}.pt2\"\nsha256 = \"{}\"\n",
        size, size, inference::sha256_of_file(file(size)).value());
  }
  text += fmt::format(R"([input]
width = 3
height = 2
color = "rgb"
resize = 3
mean = [0.0, 0.0, 0.0]
std = [1.0, 1.0, 1.0]
[labels]
file = "labels.txt"
sha256 = "{}"
source = "a text file"
)",
      inference::sha256_of_file(path() / "labels.txt").value());
  write_text(path() / "model.toml", text);
  return inference::load_model_package(path());
}

} // namespace ocelli::tests
