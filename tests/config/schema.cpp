#include "config/schema.hpp"

#include <catch2/catch.hpp>

#include <cctype>
#include <set>

using namespace ocelli;

TEST_CASE("every setting is described once, with a sentence") {
  std::set<std::string> names;
  for (auto& setting : config::schema()) {
    INFO(full_name(setting));
    CHECK(names.insert(full_name(setting)).second);
    REQUIRE(!setting.documentation.empty());
    CHECK(std::isupper(static_cast<unsigned char>(setting.documentation.front())) != 0);
    CHECK(setting.documentation.back() == '.');
  }
}

TEST_CASE("every default is in range, allowed and passes its check") {
  const config::settings defaults;
  for (auto& setting : config::schema()) {
    INFO(full_name(setting));
    auto held = setting.get(defaults);
    if (setting.check)
      CHECK(setting.check(held).empty());
    if (auto number = std::get_if<std::int64_t>(&held)) {
      REQUIRE(setting.range);
      CHECK(static_cast<double>(*number) >= setting.range->minimum);
      CHECK(static_cast<double>(*number) <= setting.range->maximum);
    }
    if (!setting.choices.empty())
      CHECK(std::count(
                setting.choices.begin(), setting.choices.end(), std::get<std::string>(held)) == 1);
  }
  CHECK(config::find_conflicts(defaults).empty());
}

TEST_CASE("setting a value changes this setting and no other") {
  auto table = config::schema();
  const config::settings defaults;
  for (auto& setting : table) {
    config::settings changed;
    auto held = setting.get(defaults);
    if (auto flag = std::get_if<bool>(&held))
      *flag = !*flag;
    else if (auto number = std::get_if<std::int64_t>(&held))
      ++*number;
    else if (auto fraction = std::get_if<double>(&held))
      *fraction /= 2;
    else if (auto text = std::get_if<std::string>(&held))
      *text = setting.choices.empty()
                  ? "other"
                  : std::string{setting.choices[*text == setting.choices[0] ? 1 : 0]};
    else if (auto numbers = std::get_if<std::vector<std::int64_t>>(&held))
      numbers->pop_back();
    else
      std::get<std::vector<std::string>>(held).clear();
    setting.set(changed, held);
    for (auto& other : table) {
      INFO(full_name(setting) << " and " << full_name(other));
      CHECK((other.get(changed) == other.get(defaults)) == (&other != &setting));
    }
  }
}

TEST_CASE("an unknown name has no field") {
  CHECK(config::find_field("server", "prot") == nullptr);
  CHECK(config::find_field("", "port") == nullptr);
  REQUIRE(config::find_field("server", "port") != nullptr);
}
