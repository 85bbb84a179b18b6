#pragma once

#include "config/settings.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// Describes every setting once. Loading, `--set`, printing and the check of the sample file all
/// follow this table.
namespace ocelli::config {

/// A setting's value as TOML has it. Enumerations are texts.
using value = std::variant<bool, std::int64_t, double, std::string, std::vector<std::int64_t>,
    std::vector<std::string>>;

/// Numbers from `minimum` to `maximum`, both allowed. For lists, of each element.
struct bounds {
  double minimum = 0;
  double maximum = 0;
};

/// One setting.
struct field {
  std::string_view section;
  std::string_view key;
  /// In the plural, as in "milliseconds"; empty for plain numbers and everything else.
  std::string_view unit;
  /// One sentence: what it does, and what special values mean.
  std::string_view documentation;
  /// Of numbers.
  std::optional<bounds> range;
  /// A list that may be written as its only element.
  bool list_or_element = false;
  /// Allowed texts; empty when any text is.
  std::vector<std::string_view> choices;
  /// What is wrong with a value of the right type and in range; empty when nothing is. May be
  /// unset.
  std::function<std::string(const value&)> check;
  std::function<value(const settings&)> get;
  /// `read` holds the same alternative as `get` returns, in range and checked.
  std::function<void(settings&, const value& read)> set;
};

/// Every setting, in the order of the structs.
std::span<const field> schema();

/// The setting with this name, or nullptr.
const field* find_field(std::string_view section, std::string_view key);

/// `section.key`.
std::string full_name(const field& setting);

/// What may be written, as in "an integer, 100 to 600,000 milliseconds" or "\"latest\" or
/// \"queue\"".
std::string expectation(const field& setting);

/// The numbers allowed, as in "100 to 600,000"; empty for settings that are not numbers.
std::string range_text(const field& setting);

/// Two settings that do not go together.
struct conflict {
  const field* first;
  const field* second;
  std::string text;
};

/// Checks that concern more than one setting.
std::vector<conflict> find_conflicts(const settings& effective);

} // namespace ocelli::config
