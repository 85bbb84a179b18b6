#include "application/command_line.hpp"

#include "config/loader.hpp"
#include "support/temporary_folder.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <filesystem>
#include <sstream>

using namespace ocelli;

namespace {

/// What came of a command line.
struct outcome {
  explicit outcome(const std::vector<std::string>& arguments)
      : result(read_command_line(arguments, output, errors)) {}

  std::ostringstream output;
  std::ostringstream errors;
  std::variant<config::settings, exit_code> result;
};

/// A file that is removed at the end.
struct temporary_file {
  explicit temporary_file(const std::string& text) : path(folder.write("ocelli.toml", text)) {}

  tests::temporary_folder folder;
  std::filesystem::path path;
};

} // namespace

TEST_CASE("without arguments every setting has its default") {
  outcome read{{}};
  REQUIRE(std::holds_alternative<config::settings>(read.result));
  CHECK(config::to_toml(std::get<config::settings>(read.result)) == config::to_toml({}));
  CHECK(read.output.str() == "");
  CHECK(read.errors.str() == "");
}

TEST_CASE("settings are read from a file and from the command line") {
  temporary_file file{"[server]\nport = 1\nhost = \"localhost\"\n"};
  outcome read{{"--set", "server.port=2", "--config", file.path.string(),
      "--set=inference.batch_sizes=[1, 2]", "--set",
      "server.cors_origins=[\"https://a\", \"https://b\"]"}};
  REQUIRE(read.errors.str() == "");
  auto& settings = std::get<config::settings>(read.result);
  CHECK(settings.server.host == "localhost");
  CHECK(settings.server.port == 2);
  CHECK(settings.inference.batch_sizes == std::vector<std::uint32_t>{1, 2});
  CHECK(settings.server.cors_origins == std::vector<std::string>{"https://a", "https://b"});
}

TEST_CASE("checking prints the settings in force and ends") {
  outcome read{{"--set", "server.port=2", "--check-config"}};
  CHECK(std::get<exit_code>(read.result) == exit_code::success);
  config::settings expected;
  expected.server.port = 2;
  CHECK(read.output.str() == config::to_toml(expected));
}

TEST_CASE("the version is told") {
  outcome read{{"--version"}};
  CHECK(std::get<exit_code>(read.result) == exit_code::success);
  CHECK_THAT(read.output.str(), Catch::Matches("Ocelli [0-9]+\\.[0-9]+\\.[0-9]+\\s*"));
}

TEST_CASE("the help names every option and gives examples") {
  auto option = GENERATE("--help", "-h");
  outcome read{{option}};
  CHECK(std::get<exit_code>(read.result) == exit_code::success);
  for (auto expected :
      {"--config", "--set", "--check-config", "--version", "Examples:", "Exit codes:"})
    CHECK_THAT(read.output.str(), Catch::Contains(expected));
}

TEST_CASE("a wrong command line ends with code 2 and says what is wrong") {
  auto [arguments, text] = GENERATE(table<std::vector<std::string>, std::string>({
      {{"--prot", "1"}, "--prot"},
      {{"server.port=1"}, "server.port=1"},
      {{"--set"}, "--set"},
      {{"--config"}, "--config"},
      {{"--config", "/nowhere/ocelli.toml"},
          "/nowhere/ocelli.toml: cannot be read: No such file or directory"},
      {{"--set", "server.prot=1"}, "--set: unknown setting server.prot; did you mean server.port?"},
      {{"--check-config", "--set", "server.port=-1"},
          "--set: server.port is -1; it must be an integer, 0 to 65,535"},
  }));
  outcome read{arguments};
  CHECK(std::get<exit_code>(read.result) == exit_code::usage);
  CHECK_THAT(read.errors.str(), Catch::Contains(text));
  CHECK(read.output.str() == "");
}

TEST_CASE("five mistakes in a configuration are all told, one a line") {
  temporary_file file{"[server]\nprot = 1\nport = \"1\"\n[frames]\nqueue = 0\n[lgo]\n"};
  outcome read{{"--config", file.path.string(), "--set", "log.level=loud"}};
  CHECK(std::get<exit_code>(read.result) == exit_code::usage);
  auto text = read.errors.str();
  CHECK(std::count(text.begin(), text.end(), '\n') == 5);
  for (auto line : {":2:1: unknown setting", ":3:8: server.port", ":5:9: frames.queue",
           ":6:2: unknown section", "--set: "})
    CHECK_THAT(text, Catch::Contains(line));
}
