#include "config/loader.hpp"
#include "config/schema.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <fstream>
#include <map>
#include <sstream>

using namespace ocelli;

namespace {

std::string sample_text() {
  std::ifstream file{OCELLI_SOURCE_DIR "/config/ocelli.toml"};
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// The comment above every key of the sample, by `section.key`. Keys that follow each other without
/// an empty line share their comment.
std::map<std::string, std::string> comments_of_sample() {
  std::map<std::string, std::string> result;
  std::istringstream lines{sample_text()};
  std::string section;
  std::string comment;
  for (std::string line; std::getline(lines, line);) {
    if (line.empty()) {
      comment.clear();
    } else if (line.front() == '[') {
      section = line.substr(1, line.size() - 2);
      comment.clear();
    } else if (line.front() == '#') {
      comment += line.substr(1);
    } else {
      result[section + "." + line.substr(0, line.find(' '))] = comment;
    }
  }
  return result;
}

} // namespace

TEST_CASE("the sample file equals the built-in defaults") {
  auto result = config::load_text(sample_text(), "ocelli.toml");
  REQUIRE(std::holds_alternative<config::settings>(result));
  CHECK(config::to_toml(std::get<config::settings>(result)) == config::to_toml(config::settings{}));
}

TEST_CASE("the sample file documents every setting with its unit and range") {
  auto comments = comments_of_sample();
  CHECK(comments.size() == config::schema().size());
  for (auto& setting : config::schema()) {
    INFO(full_name(setting));
    auto found = comments.find(full_name(setting));
    REQUIRE(found != comments.end());
    CHECK_THAT(found->second, Catch::Contains(range_text(setting)));
    CHECK_THAT(found->second, Catch::Contains(std::string{setting.unit}, Catch::CaseSensitive::No));
    for (auto choice : setting.choices)
      CHECK_THAT(found->second, Catch::Contains(fmt::format("\"{}\"", choice)));
  }
}
