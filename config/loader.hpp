#pragma once

#include "config/settings.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace ocelli::config {

/// One thing wrong with a configuration.
struct problem {
  /// File name, or `--set` for a setting on the command line.
  std::string source;
  /// Line and column, from 1; 0 where there is none.
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  /// What is wrong and what would be right.
  std::string text;
};

/// `source:line:column: text`.
std::string to_string(const problem& found);

/// Settings, or everything that is wrong with them.
using load_result = std::variant<settings, std::vector<problem>>;

/// Reads `file` (when given), then applies `overrides` (`section.key=value`, the value as in TOML,
/// quotes optional for strings) in order. Unknown keys, wrong types and values out of range are all
/// reported, not only the first.
load_result load(
    const std::optional<std::filesystem::path>& file, const std::vector<std::string>& overrides);

/// Reads settings from TOML text; `source` names it in problems.
load_result load_text(const std::string& text, const std::string& source);

/// The settings as TOML, every key present, sections and keys in the order of the structs.
std::string to_toml(const settings& effective);

} // namespace ocelli::config
