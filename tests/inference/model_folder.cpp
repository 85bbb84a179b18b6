#include "inference/model_folder.hpp"

#include "inference/vision/sha256.hpp"

namespace ocelli::tests {

model_folder::model_folder(const std::string& model, const std::string& labels) {
  write_text(file("model.pt"), model);
  write_text(file("labels.txt"), labels);
  write_manifest();
}

void model_folder::replace(
    const std::string& section, const std::string& key, const std::string& line) {
  replaced_[section + "." + key] = line;
  write_manifest();
}

void model_folder::write_manifest() const {
  const auto digest = [this](const char* name) {
    return '"' + inference::sha256_of_file(file(name)).value() + '"';
  };
  std::string text;
  std::string section;
  const auto open = [&](const std::string& name) {
    section = name;
    text += "[" + name + "]\n";
  };
  const auto add = [&](const std::string& key, const std::string& value) {
    const auto found = replaced_.find(section + "." + key);
    text += (found == replaced_.end() ? key + " = " + value : found->second) + "\n";
  };
  add("schema", "1");
  add("name", "\"test\"");
  add("description", "\"For tests\"");
  open("model");
  add("format", "\"torchscript\"");
  add("file", "\"model.pt\"");
  add("sha256", digest("model.pt"));
  add("precision", "\"float32\"");
  open("input");
  add("width", "28");
  add("height", "24");
  add("color", "\"rgb\"");
  add("resize", "32");
  add("mean", "[0.485, 0.456, 0.406]");
  add("std", "[0.229, 0.224, 0.225]");
  open("labels");
  add("file", "\"labels.txt\"");
  add("sha256", digest("labels.txt"));
  add("source", "\"a text file\"");
  write_text(file("model.toml"), text);
}

} // namespace ocelli::tests
