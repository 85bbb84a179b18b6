#include "application/log.hpp"

#include "config/schema.hpp"

#include <fmt/format.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <cctype>

namespace ocelli {

namespace {

spdlog::level::level_enum to_level(config::log_level level) {
  switch (level) {
  case config::log_level::debug:
    return spdlog::level::debug;
  case config::log_level::info:
    return spdlog::level::info;
  case config::log_level::warning:
    return spdlog::level::warn;
  case config::log_level::error:
    break;
  }
  return spdlog::level::err;
}

bool is_part_of_name(char letter) {
  return std::isalnum(static_cast<unsigned char>(letter)) != 0 || letter == '_' || letter == '.';
}

} // namespace

void set_up_log(config::log_level least) {
  auto logger = spdlog::stderr_color_mt("ocelli");
  logger->set_pattern("%Y-%m-%d %H:%M:%S.%e %^%l%$ %v");
  logger->set_level(to_level(least));
  spdlog::set_default_logger(std::move(logger));
}

std::string with_setting_names(std::string line) {
  for (auto& setting : config::schema()) {
    if (setting.section != "limits")
      continue;
    auto option = fmt::format("{} (", setting.key);
    auto prefix = fmt::format("{}.", setting.section);
    auto found = line.find(option);
    while (found != std::string::npos) {
      if (found == 0 || !is_part_of_name(line[found - 1])) {
        line.insert(found, prefix);
        found += prefix.size();
      }
      found = line.find(option, found + option.size());
    }
  }
  return line;
}

void log_network_line(std::string_view level, const std::string& line) {
  spdlog::log(spdlog::level::from_str(std::string{level}), "{}", with_setting_names(line));
}

} // namespace ocelli
