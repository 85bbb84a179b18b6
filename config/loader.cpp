#include "config/loader.hpp"

#include "config/nearest_name.hpp"
#include "config/schema.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <system_error>
#include <tuple>

namespace ocelli::config {

namespace {

constexpr const char* command_line_source = "--set";

/// Where a value was written.
struct position {
  std::string source;
  std::uint32_t line = 0;
  std::uint32_t column = 0;
};

position position_in(const std::string& source, const toml::source_region& region) {
  return {source, region.begin.line, region.begin.column};
}

std::string_view name_of(toml::node_type type) {
  switch (type) {
  case toml::node_type::string:
    return "a string";
  case toml::node_type::integer:
    return "an integer";
  case toml::node_type::floating_point:
    return "a number with a fraction";
  case toml::node_type::boolean:
    return "a boolean";
  case toml::node_type::array:
    return "a list";
  case toml::node_type::table:
    return "a table";
  default:
    return "a date or time";
  }
}

std::vector<std::string> section_names() {
  std::vector<std::string> result;
  for (auto& setting : schema())
    if (result.empty() || result.back() != setting.section)
      result.emplace_back(setting.section);
  return result;
}

bool is_section(std::string_view name) {
  auto table = schema();
  return std::any_of(
      table.begin(), table.end(), [&](const field& setting) { return setting.section == name; });
}

/// The setting that was probably meant: by its key in the same section, else the same key in
/// another section.
std::string suggestion(std::string_view section, std::string_view key) {
  std::vector<std::string> keys;
  for (auto& setting : schema()) {
    if (setting.section == section)
      keys.emplace_back(setting.key);
  }
  if (auto nearest = nearest_name(key, keys))
    return fmt::format("; did you mean {}.{}?", section, *nearest);
  for (auto& setting : schema()) {
    if (setting.key == key)
      return fmt::format("; did you mean {}?", full_name(setting));
  }
  return "";
}

/// Collects settings and problems from several sources.
class reader {
 public:
  void read_text(const std::string& text, const std::string& source);
  void read_override(const std::string& assignment);
  void report(const position& place, std::string text) {
    problems_.push_back({place.source, place.line, place.column, std::move(text)});
  }
  load_result finish();

 private:
  void read_section(std::string_view section, const toml::table& keys, const std::string& source);
  void read_value(const field& setting, const toml::node& node, const position& place);
  template <class Element>
  std::optional<value> read_list(
      const field& setting, const toml::array& list, const position& place);
  std::optional<value> read_node(
      const field& setting, const toml::node& node, const position& place);
  bool check_range(const field& setting, double number, const position& place);
  bool check_choice(const field& setting, const std::string& text, const position& place);
  void report_type(const field& setting, const toml::node& node, const position& place);

  settings result_;
  std::vector<problem> problems_;
  std::map<const field*, position> written_;
  std::set<const field*> refused_;
};

bool reader::check_range(const field& setting, double number, const position& place) {
  // written so that "not a number" fails as well
  if (number >= setting.range->minimum && number <= setting.range->maximum)
    return true;
  report(place,
      fmt::format("{} is {}; it must be {}", full_name(setting), number, expectation(setting)));
  return false;
}

bool reader::check_choice(const field& setting, const std::string& text, const position& place) {
  auto& choices = setting.choices;
  if (choices.empty() || std::find(choices.begin(), choices.end(), text) != choices.end())
    return true;
  report(place,
      fmt::format("{} is \"{}\"; it must be {}", full_name(setting), text, expectation(setting)));
  return false;
}

void reader::report_type(const field& setting, const toml::node& node, const position& place) {
  report(place, fmt::format("{} is {}; it must be {}", full_name(setting), name_of(node.type()),
                    expectation(setting)));
}

template <class Element>
std::optional<value> reader::read_list(
    const field& setting, const toml::array& list, const position& place) {
  std::vector<Element> result;
  auto good = true;
  for (auto& node : list) {
    auto element_place = place.line == 0 ? place : position_in(place.source, node.source());
    auto element = node.value_exact<Element>();
    if (!element) {
      report(element_place, fmt::format("{} holds {}; it must be {}", full_name(setting),
                                name_of(node.type()), expectation(setting)));
      good = false;
      continue;
    }
    if constexpr (std::is_same_v<Element, std::int64_t>)
      good = check_range(setting, static_cast<double>(*element), element_place) && good;
    result.push_back(std::move(*element));
  }
  return good ? std::optional<value>{std::move(result)} : std::nullopt;
}

std::optional<value> reader::read_node(
    const field& setting, const toml::node& node, const position& place) {
  auto wanted = setting.get(settings{});
  if (std::holds_alternative<bool>(wanted) && node.is_boolean())
    return node.value_exact<bool>();
  if (std::holds_alternative<std::int64_t>(wanted) && node.is_integer()) {
    auto number = *node.value_exact<std::int64_t>();
    return check_range(setting, static_cast<double>(number), place) ? std::optional<value>{number}
                                                                    : std::nullopt;
  }
  if (std::holds_alternative<double>(wanted) && node.is_number()) {
    auto number = *node.value<double>();
    return check_range(setting, number, place) ? std::optional<value>{number} : std::nullopt;
  }
  if (std::holds_alternative<std::string>(wanted) && node.is_string()) {
    auto text = *node.value_exact<std::string>();
    return check_choice(setting, text, place) ? std::optional<value>{text} : std::nullopt;
  }
  if (std::holds_alternative<std::vector<std::int64_t>>(wanted) && node.is_array())
    return read_list<std::int64_t>(setting, *node.as_array(), place);
  if (std::holds_alternative<std::vector<std::string>>(wanted) && node.is_array())
    return read_list<std::string>(setting, *node.as_array(), place);
  if (setting.list_or_element && node.is_string())
    return std::vector{*node.value_exact<std::string>()};
  report_type(setting, node, place);
  return std::nullopt;
}

void reader::read_value(const field& setting, const toml::node& node, const position& place) {
  auto read = read_node(setting, node, place);
  auto complaint = read && setting.check ? setting.check(*read) : "";
  if (!complaint.empty())
    report(place, fmt::format("{} {}", full_name(setting), complaint));
  if (!read || !complaint.empty()) {
    refused_.insert(&setting);
    return;
  }
  setting.set(result_, *read);
  written_[&setting] = place;
}

void reader::read_section(
    std::string_view section, const toml::table& keys, const std::string& source) {
  for (auto&& [key, node] : keys) {
    if (auto setting = find_field(section, key.str()))
      read_value(*setting, node, position_in(source, node.source()));
    else
      report(position_in(source, key.source()), fmt::format("unknown setting {}.{}{}", section,
                                                    key.str(), suggestion(section, key.str())));
  }
}

void reader::read_text(const std::string& text, const std::string& source) {
  toml::table document;
  try {
    document = toml::parse(text, source);
  } catch (const toml::parse_error& error) {
    report(position_in(source, error.source()), std::string{error.description()});
    return;
  }
  auto before = problems_.size();
  for (auto&& [name, node] : document) {
    auto place = position_in(source, name.source());
    if (is_section(name.str())) {
      if (auto keys = node.as_table())
        read_section(name.str(), *keys, source);
      else
        report(place, fmt::format("{0} is a section, written as [{0}]", name.str()));
      continue;
    }
    if (node.is_table()) {
      auto nearest = nearest_name(name.str(), section_names());
      report(place, fmt::format("unknown section [{}]{}", name.str(),
                        nearest ? fmt::format("; did you mean [{}]?", *nearest) : ""));
    } else {
      report(place, fmt::format("{} stands outside of every section{}", name.str(),
                        suggestion("", name.str())));
    }
  }
  // toml++ keeps keys by name; people read a file from the top
  std::stable_sort(problems_.begin() + static_cast<std::ptrdiff_t>(before), problems_.end(),
      [](const problem& left, const problem& right) {
        return std::tie(left.line, left.column) < std::tie(right.line, right.column);
      });
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  auto first = text.find_first_not_of(blanks);
  return first == std::string_view::npos
             ? std::string_view{}
             : text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

void reader::read_override(const std::string& assignment) {
  const position place{command_line_source};
  auto equals = assignment.find('=');
  auto name = trimmed(std::string_view{assignment}.substr(0, equals));
  auto dot = name.find('.');
  if (equals == std::string::npos || dot == std::string_view::npos) {
    report(
        place, fmt::format("\"{}\" is not section.key=value, as in server.port=8080", assignment));
    return;
  }
  auto section = name.substr(0, dot);
  auto key = name.substr(dot + 1);
  auto setting = find_field(section, key);
  if (setting == nullptr) {
    report(place, fmt::format("unknown setting {}{}", name, suggestion(section, key)));
    return;
  }
  auto text = trimmed(std::string_view{assignment}.substr(equals + 1));
  auto quoted = !text.empty() && (text.front() == '"' || text.front() == '\'');
  auto is_list = !text.empty() && text.front() == '[';
  auto takes_text = std::holds_alternative<std::string>(setting->get(settings{})) ||
                    (setting->list_or_element && !is_list);
  if (takes_text && !quoted) {
    read_value(*setting, toml::value<std::string>{std::string{text}}, place);
    return;
  }
  try {
    auto document = toml::parse(fmt::format("value = {}", text));
    if (document.size() != 1)
      report(place, fmt::format("{} is more than one value", name));
    else
      read_value(*setting, *document.get("value"), place);
  } catch (const toml::parse_error&) {
    report(place, fmt::format("{} is not a value of TOML: {}; it must be {}", name, text,
                      expectation(*setting)));
  }
}

load_result reader::finish() {
  for (auto& conflict : find_conflicts(result_)) {
    // a refused value left its default behind, which conflicts with nothing that was written
    if (refused_.count(conflict.first) != 0 || refused_.count(conflict.second) != 0)
      continue;
    auto place =
        written_.count(conflict.first) != 0 ? written_[conflict.first] : written_[conflict.second];
    report(place, conflict.text);
  }
  if (!problems_.empty())
    return std::move(problems_);
  return std::move(result_);
}

/// The file's text, or why it cannot be read.
std::variant<std::string, std::error_code> read_file(const std::filesystem::path& file) {
  std::error_code error;
  if (std::filesystem::is_directory(file, error))
    return std::make_error_code(std::errc::is_a_directory);
  std::ifstream stream{file, std::ios::binary};
  if (!stream)
    return std::error_code{errno, std::generic_category()};
  std::ostringstream text;
  text << stream.rdbuf();
  return std::move(text).str();
}

template <class Scalar>
std::string to_toml_text(const Scalar& held) {
  std::ostringstream text;
  constexpr auto flags =
      toml::toml_formatter::default_flags & ~toml::format_flags::allow_literal_strings;
  text << toml::toml_formatter{toml::value{held}, flags};
  return std::move(text).str();
}

template <class Element>
std::string to_toml_text(const std::vector<Element>& list) {
  std::vector<std::string> elements;
  elements.reserve(list.size());
  for (auto& element : list)
    elements.push_back(to_toml_text(element));
  return fmt::format("[{}]", fmt::join(elements, ", "));
}

} // namespace

std::string to_string(const problem& found) {
  if (found.line == 0)
    return fmt::format("{}: {}", found.source, found.text);
  return fmt::format("{}:{}:{}: {}", found.source, found.line, found.column, found.text);
}

load_result load(
    const std::optional<std::filesystem::path>& file, const std::vector<std::string>& overrides) {
  reader all;
  if (file) {
    auto text = read_file(*file);
    if (auto error = std::get_if<std::error_code>(&text))
      all.report({file->string()}, fmt::format("cannot be read: {}", error->message()));
    else
      all.read_text(std::get<std::string>(text), file->string());
  }
  for (auto& assignment : overrides)
    all.read_override(assignment);
  return all.finish();
}

load_result load_text(const std::string& text, const std::string& source) {
  reader all;
  all.read_text(text, source);
  return all.finish();
}

std::string to_toml(const settings& effective) {
  std::string result;
  std::string_view section;
  for (auto& setting : schema()) {
    if (setting.section != section) {
      section = setting.section;
      result += fmt::format("{}[{}]\n", result.empty() ? "" : "\n", section);
    }
    auto held = setting.get(effective);
    auto list = std::get_if<std::vector<std::string>>(&held);
    if (setting.list_or_element && list != nullptr && list->size() == 1)
      held = list->front();
    auto text = std::visit([](const auto& shown) { return to_toml_text(shown); }, held);
    result += fmt::format(
        "# {} ({})\n{} = {}\n", setting.documentation, expectation(setting), setting.key, text);
  }
  return result;
}

} // namespace ocelli::config
