#include "application/command_line.hpp"

#include "application/version.hpp"
#include "config/loader.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ostream.h>

#include <algorithm>
#include <optional>
#include <ostream>

namespace ocelli {

namespace {

constexpr const char* examples = R"(Examples:
  ocelli                                            serve the embedded model on http://127.0.0.1:5000
  ocelli --config ocelli.toml                       serve as the file says
  ocelli --set server.host=0.0.0.0 --set server.port=8080
  ocelli --set model.path=models/resnet50 --set frames.policy=queue
  ocelli --config ocelli.toml --check-config        print the settings in force and end

Exit codes: 0 after a stop by SIGTERM or SIGINT, 1 when the start failed, 2 for a wrong command line or configuration,
70 when the server could not go on and should be started again.)";

} // namespace

std::variant<config::settings, exit_code> read_command_line(
    const std::vector<std::string>& arguments, std::ostream& output, std::ostream& errors) {
  std::optional<std::string> file;
  std::vector<std::string> overrides;
  auto check_only = false;
  CLI::App app{
      "Ocelli classifies camera frames and answers questions for Socket.IO clients.", "ocelli"};
  app.add_option(
         "--config", file, "Configuration, a TOML file; without it every setting has its default")
      ->type_name("FILE");
  // without this a value in brackets would be taken apart as a list of CLI11's own
  app.add_option("--set", overrides, "Sets one setting, after the file; may be given several times")
      ->type_name("SECTION.KEY=VALUE")
      ->allow_extra_args(false)
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  app.add_flag("--check-config", check_only, "Prints the settings in force as TOML and ends");
  app.set_version_flag("--version", fmt::format("Ocelli {}", version()));
  app.footer(examples);
  try {
    // CLI11 takes them from the back
    app.parse(std::vector<std::string>{arguments.rbegin(), arguments.rend()});
  } catch (const CLI::Success& wanted) {
    app.exit(wanted, output, errors);
    return exit_code::success;
  } catch (const CLI::ParseError& mistake) {
    fmt::print(errors, "{}\nRun ocelli --help for more.\n", mistake.what());
    return exit_code::usage;
  }
  auto loaded = config::load(file, overrides);
  if (auto problems = std::get_if<std::vector<config::problem>>(&loaded)) {
    for (auto& found : *problems)
      fmt::print(errors, "{}\n", to_string(found));
    return exit_code::usage;
  }
  auto& effective = std::get<config::settings>(loaded);
  if (check_only) {
    output << config::to_toml(effective);
    return exit_code::success;
  }
  return std::move(effective);
}

} // namespace ocelli
