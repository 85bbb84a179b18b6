#include "inference/vision/model_manifest.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <set>
#include <string_view>
#include <vector>

namespace ocelli::inference {

namespace {

/// Reads the keys of one table and remembers which ones; what is left over is unknown.
class manifest_reader {
 public:
  manifest_reader(const toml::table& table, std::string section, std::string file,
      std::vector<std::string>& problems)
      : table_(table), section_(std::move(section)), file_(std::move(file)), problems_(problems) {}

  std::string text(std::string_view key) {
    const toml::node* node = find(key);
    if (node == nullptr) {
      return {};
    }
    const auto value = node->value_exact<std::string>();
    if (!value || value->empty()) {
      report(*node, fmt::format("{} must be a text that is not empty", path(key)));
      return {};
    }
    return *value;
  }

  /// One of `allowed`.
  std::string choice(std::string_view key, const std::vector<std::string_view>& allowed) {
    const toml::node* node = find(key);
    if (node == nullptr) {
      return {};
    }
    const auto value = node->value_exact<std::string>();
    if (!value || std::find(allowed.begin(), allowed.end(), *value) == allowed.end()) {
      report(*node, fmt::format("{} must be \"{}\"", path(key), fmt::join(allowed, "\" or \"")));
      return {};
    }
    return *value;
  }

  /// The name of a file in the package's folder.
  std::string file_name(std::string_view key) {
    const toml::node* node = find(key);
    if (node == nullptr) {
      return {};
    }
    const auto value = node->value_exact<std::string>();
    const std::string_view name = value ? *value : std::string_view();
    if (name.empty() || name == "." || name == ".." ||
        name.find_first_of(std::string_view("/\\\0", 3)) != name.npos) {
      report(
          *node, fmt::format("{} must be the plain name of a file beside model.toml", path(key)));
      return {};
    }
    return *value;
  }

  /// 64 hexadecimal digits, made lower-case.
  std::string digest(std::string_view key) {
    const toml::node* node = find(key);
    if (node == nullptr) {
      return {};
    }
    auto value = node->value_exact<std::string>().value_or("");
    std::transform(value.begin(), value.end(), value.begin(),
        [](char c) { return c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c; });
    if (value.size() != 64 || value.find_first_not_of("0123456789abcdef") != std::string::npos) {
      report(*node,
          fmt::format("{} must be 64 hexadecimal digits, as sha256sum prints them", path(key)));
      return {};
    }
    return value;
  }

  std::uint32_t integer(std::string_view key, std::int64_t least, std::int64_t most) {
    const toml::node* node = find(key);
    if (node == nullptr) {
      return static_cast<std::uint32_t>(least);
    }
    const auto value = node->value_exact<std::int64_t>();
    if (!value || *value < least || *value > most) {
      report(*node, fmt::format("{} must be an integer from {} to {}", path(key), least, most));
      return static_cast<std::uint32_t>(least);
    }
    return static_cast<std::uint32_t>(*value);
  }

  /// `count` numbers, each above 0 when `positive`.
  std::array<float, 3> numbers(std::string_view key, std::size_t count, bool positive) {
    std::array<float, 3> result = {1, 1, 1};
    const toml::node* node = find(key);
    if (node == nullptr) {
      return result;
    }
    const toml::array* values = node->as_array();
    bool valid = values != nullptr && values->size() == count;
    for (std::size_t i = 0; valid && i < count; ++i) {
      const toml::node& element = *values->get(i);
      const auto value = element.is_number() ? element.value<double>() : std::nullopt;
      constexpr double largest = 1e6;
      valid = value && std::abs(*value) <= largest && (!positive || static_cast<float>(*value) > 0);
      result[i] = static_cast<float>(value.value_or(1));
    }
    if (!valid) {
      report(*node, fmt::format("{} must be a list of {} number{}{}, one per channel", path(key),
                        count, count == 1 ? "" : "s", positive ? " above 0" : ""));
    }
    return result;
  }

  /// A list of texts that consist of `allowed` characters, which `meaning` describes.
  std::vector<std::string> texts(
      std::string_view key, std::string_view allowed, std::string_view meaning) {
    std::vector<std::string> result;
    const toml::node* node = find(key);
    if (node == nullptr) {
      return result;
    }
    const toml::array* values = node->as_array();
    bool valid = values != nullptr;
    for (std::size_t i = 0; valid && i < values->size(); ++i) {
      result.push_back(values->get(i)->value_exact<std::string>().value_or(""));
      valid =
          !result.back().empty() && result.back().find_first_not_of(allowed) == std::string::npos;
    }
    if (!valid) {
      report(*node, fmt::format("{} must be a list of {}", path(key), meaning));
    }
    return result;
  }

  /// `parts` numbers joined by dots.
  std::string version(std::string_view key, std::ptrdiff_t parts, std::string_view example) {
    const toml::node* node = find(key);
    if (node == nullptr) {
      return {};
    }
    const auto value = node->value_exact<std::string>().value_or("");
    bool valid = std::count(value.begin(), value.end(), '.') == parts - 1;
    char before = '.';
    for (const char c : value + ".") {
      const bool digit = c >= '0' && c <= '9';
      valid = valid && (digit || (c == '.' && before != '.'));
      before = c;
    }
    if (!valid) {
      report(*node, fmt::format("{} must be a version as in \"{}\"", path(key), example));
    }
    return value;
  }

  /// The tables of a list, `[[section.key]]`, at least one.
  std::vector<manifest_reader> tables(std::string_view key) {
    std::vector<manifest_reader> result;
    const toml::node* node = find(key);
    const toml::array* list = node == nullptr ? nullptr : node->as_array();
    if (node != nullptr && (list == nullptr || !list->is_homogeneous<toml::table>())) {
      report(*node, fmt::format("{} must be one table or more, [[{}]]", path(key), path(key)));
      return result;
    }
    for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
      result.emplace_back(*list->get(i)->as_table(), path(key), file_, problems_);
    }
    return result;
  }

  /// A table inside this one; an empty one when there is none.
  manifest_reader table(std::string_view key) {
    static const toml::table empty;
    const toml::node* node = find(key);
    const toml::table* inner = node == nullptr ? nullptr : node->as_table();
    if (node != nullptr && inner == nullptr) {
      report(*node, fmt::format("{} must be a table", path(key)));
    }
    manifest_reader result(inner == nullptr ? empty : *inner, std::string(key), file_, problems_);
    result.silent_ = inner == nullptr;
    return result;
  }

  /// To be called when every key was asked for.
  void report_unknown_keys() {
    for (const auto& [key, node] : table_) {
      if (!asked_.contains(key.str())) {
        report_at(key.source(), fmt::format("unknown key {}; known here: {}", path(key.str()),
                                    fmt::join(asked_, ", ")));
      }
    }
  }

  void report(const toml::node& node, std::string text) {
    report_at(node.source(), std::move(text));
  }
  const toml::node* node(std::string_view key) const { return table_.get(key); }

 private:
  std::string path(std::string_view key) const {
    return section_.empty() ? std::string(key) : fmt::format("{}.{}", section_, key);
  }

  const toml::node* find(std::string_view key) {
    asked_.emplace(key);
    const toml::node* found = table_.get(key);
    if (found == nullptr && !silent_) {
      report_at(table_.source(), fmt::format("{} is missing", path(key)));
    }
    return found;
  }

  void report_at(const toml::source_region& where, std::string text) {
    problems_.push_back(
        fmt::format("{}:{}:{}: {}", file_, where.begin.line, where.begin.column, text));
  }

  const toml::table& table_;
  std::string section_;
  std::string file_;
  std::vector<std::string>& problems_;
  std::set<std::string, std::less<>> asked_;
  bool silent_ = false; ///< The table itself is missing, which has been reported.
};

color_order to_color(const std::string& name) {
  return name == "gray" ? color_order::gray : name == "bgr" ? color_order::bgr : color_order::rgb;
}

input_spec read_input(manifest_reader reader) {
  constexpr std::int64_t largest_side = 4'096;
  input_spec input;
  input.width = reader.integer("width", 1, largest_side);
  input.height = reader.integer("height", 1, largest_side);
  input.color = to_color(reader.choice("color", {"gray", "rgb", "bgr"}));
  input.resize = reader.integer("resize", 1, largest_side);
  input.mean = reader.numbers("mean", input.channels(), false);
  input.std = reader.numbers("std", input.channels(), true);
  reader.report_unknown_keys();
  if (const auto* node = reader.node("resize");
      node != nullptr && input.resize < std::max(input.width, input.height)) {
    reader.report(*node,
        "input.resize must be at least input.width and input.height: the crop is cut from it");
  }
  return input;
}

model_manifest::file read_file_entry(manifest_reader& reader) {
  model_manifest::file file;
  file.name = reader.file_name("file");
  file.sha256 = reader.digest("sha256");
  return file;
}

void read_torch_script(manifest_reader& model, model_manifest& manifest) {
  manifest.package.format = model_format::torch_script;
  manifest.package.precision = model.choice("precision", {"float32"});
  manifest.model_files.push_back(read_file_entry(model));
}

void read_aot_inductor(manifest_reader& model, model_manifest& manifest) {
  constexpr std::int64_t largest_batch = 1'024;
  auto& compiled = manifest.package.compiled;
  manifest.package.format = model_format::aot_inductor;
  manifest.package.precision =
      model.choice("precision", {"float32", "bfloat16", "float16", "int8"});
  compiled.torch_version = model.version("torch", 3, "2.11.0");
  if (model.choice("device", {"cpu", "cuda"}) == "cuda") {
    compiled.device = device_kind::cuda;
    compiled.gpu_architecture = model.version("gpu_architecture", 2, "9.0");
  } else {
    compiled.cpu_features = model.texts("cpu_features", "abcdefghijklmnopqrstuvwxyz0123456789_",
        "processor features as /proc/cpuinfo names them");
  }
  for (auto& batch : model.tables("batches")) {
    const std::uint32_t size = batch.integer("size", 1, largest_batch);
    if (const auto* node = batch.node("size");
        node != nullptr && !compiled.batches.empty() && size <= compiled.batches.back().size) {
      batch.report(*node, "model.batches.size must be larger than the one before");
    }
    manifest.model_files.push_back(read_file_entry(batch));
    compiled.batches.push_back({.size = size, .file = {}});
    batch.report_unknown_keys();
  }
}

} // namespace

model_manifest read_model_manifest(const std::filesystem::path& file) {
  const std::string name = file.string();
  toml::table table;
  try {
    table = toml::parse_file(name);
  } catch (const toml::parse_error& error) {
    throw model_error(fmt::format("{}:{}:{}: {}", name, error.source().begin.line,
        error.source().begin.column, error.description()));
  }
  std::vector<std::string> problems;
  model_manifest manifest;
  manifest_reader root(table, "", name, problems);
  root.integer("schema", 1, 1);
  manifest.package.name = root.text("name");
  manifest.package.description = root.text("description");

  manifest_reader model = root.table("model");
  if (model.choice("format", {"torchscript", "aotinductor"}) == "aotinductor") {
    read_aot_inductor(model, manifest);
  } else {
    read_torch_script(model, manifest);
  }
  model.report_unknown_keys();

  manifest.package.input = read_input(root.table("input"));

  manifest_reader labels = root.table("labels");
  manifest.labels = read_file_entry(labels);
  manifest.package.label_source = labels.text("source");
  labels.report_unknown_keys();

  root.report_unknown_keys();
  if (!problems.empty()) {
    throw model_error(fmt::format("{}", fmt::join(problems, "; ")));
  }
  return manifest;
}

} // namespace ocelli::inference
