#pragma once

#include "inference/vision/input_spec.hpp"

#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

namespace ocelli::inference {

/// A model cannot be served. The text is one line that says what is wrong and what to do.
class model_error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// What kind of file holds the model.
enum class model_format : std::uint8_t {
  torch_script, ///< "torchscript": a scripted or traced module, `.pt`.
  aot_inductor, ///< "aotinductor": compiled for one kind of device, a `.pt2` for each batch size.
};

/// What a model computes on.
enum class device_kind : std::uint8_t { cpu, cuda };

/// A model that was compiled for one kind of device: what it needs there, and its files.
struct compiled_model {
  /// A graph for exactly this many images, 1 to 1,024.
  struct batch {
    std::uint32_t size = 1;
    std::filesystem::path file; ///< Inside the package's folder, its SHA-256 verified.
  };
  device_kind device = device_kind::cpu;
  std::string torch_version;             ///< Of the compiler, as in "2.11.0".
  std::vector<std::string> cpu_features; ///< As in /proc/cpuinfo; for `cpu`.
  std::string gpu_architecture;          ///< Compute capability, as in "9.0"; for `cuda`.
  std::vector<batch> batches;            ///< By ascending size, at least one.
};

/// A model package: a folder with `model.toml`, the model file and the labels.
struct model_package {
  std::filesystem::path folder;
  std::string name;
  std::string description;
  model_format format = model_format::torch_script;
  std::filesystem::path model_file; ///< With `torch_script`: inside `folder`, its SHA-256 verified.
  compiled_model compiled;          ///< With `aot_inductor`.
  std::string precision; ///< "float32"; with `aot_inductor` also "bfloat16", "float16", "int8".
  input_spec input;
  std::vector<std::string>
      labels;               ///< By index of the model's output, at least one, none empty, UTF-8.
  std::string label_source; ///< Where the labels come from, for people.
};

/// Reads and verifies the package in `folder`. Everything that is wrong with `model.toml` is
/// reported at once, with line and column: unknown, missing and mistyped keys, values out of range.
/// Then the files are read: they must lie in the folder and have the SHA-256 that `model.toml`
/// names. Throws `model_error`.
model_package load_model_package(const std::filesystem::path& folder);

/// The folder that a setting `model.path` means: "embedded" is the model that comes with Ocelli, in
/// `models/fashion-mnist` below `share_folder` (inference/share_folder.hpp); anything else is a
/// path.
std::filesystem::path resolve_model_path(
    const std::string& model_path, const std::filesystem::path& share_folder);

} // namespace ocelli::inference
