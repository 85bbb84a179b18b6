#include "config/loader.hpp"

#include "config/schema.hpp"
#include "support/temporary_folder.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

using namespace ocelli;

namespace {

config::settings expect_settings(const config::load_result& result) {
  if (auto problems = std::get_if<std::vector<config::problem>>(&result)) {
    for (auto& found : *problems)
      UNSCOPED_INFO(to_string(found));
    FAIL("the configuration was refused");
  }
  return std::get<config::settings>(result);
}

std::vector<std::string> expect_problems(const config::load_result& result) {
  REQUIRE(std::holds_alternative<std::vector<config::problem>>(result));
  std::vector<std::string> lines;
  for (auto& found : std::get<std::vector<config::problem>>(result))
    lines.push_back(to_string(found));
  return lines;
}

std::vector<std::string> problems_of(const std::string& text) {
  return expect_problems(config::load_text(text, "test.toml"));
}

std::vector<std::string> problems_of_override(const std::string& assignment) {
  return expect_problems(config::load(std::nullopt, {assignment}));
}

} // namespace

TEST_CASE("an empty text gives the built-in defaults") {
  auto result = expect_settings(config::load_text("", "test.toml"));
  CHECK(config::to_toml(result) == config::to_toml(config::settings{}));
}

TEST_CASE("a value of every type is read") {
  auto result = expect_settings(config::load_text(R"(
    [server]
    host = "0.0.0.0"
    port = 8080
    cors_origins = ["https://example.org", "http://localhost:3000"]
    [frames]
    policy = "queue"
    [inference]
    batch_sizes = [1, 8]
    [chat]
    minimum_coverage = 0.25
    [response]
    details = true
    [log]
    level = "error"
  )",
      "test.toml"));
  CHECK(result.server.host == "0.0.0.0");
  CHECK(result.server.port == 8080);
  CHECK(result.server.cors_origins ==
        std::vector<std::string>{"https://example.org", "http://localhost:3000"});
  CHECK(result.frames.policy == config::frame_policy::queue);
  CHECK(result.inference.batch_sizes == std::vector<std::uint32_t>{1, 8});
  CHECK(result.chat.minimum_coverage == 0.25);
  CHECK(result.response.details);
  CHECK(result.log.level == config::log_level::error);
}

TEST_CASE("a number without a fraction is taken where fractions are allowed") {
  CHECK(expect_settings(config::load_text("[chat]\nminimum_coverage = 1", "test.toml"))
            .chat.minimum_coverage == 1);
}

TEST_CASE("a wrong text is reported with its place and with what would be right") {
  struct row {
    std::string text;
    std::string problem;
  };
  auto [text, problem] = GENERATE(values<row>({
      {"[server]\nprot = 1",
          "test.toml:2:1: unknown setting server.prot; did you mean server.port?"},
      {"[server]\nmessage_bytes = 2048", "test.toml:2:1: unknown setting server.message_bytes; did "
                                         "you mean limits.message_bytes?"},
      {"[server]\nxylophone = 1", "test.toml:2:1: unknown setting server.xylophone"},
      {"[sever]\nport = 1", "test.toml:1:2: unknown section [sever]; did you mean [server]?"},
      {"[xylophone]", "test.toml:1:2: unknown section [xylophone]"},
      {"port = 1",
          "test.toml:1:1: port stands outside of every section; did you mean server.port?"},
      {"server = 1", "test.toml:1:1: server is a section, written as [server]"},
      {"[[server]]\nport = 1", "test.toml:1:3: server is a section, written as [server]"},
      {"[server]\nport = \"80\"",
          "test.toml:2:8: server.port is a string; it must be an integer, 0 to 65,535"},
      {"[server]\nport = 80.0", "test.toml:2:8: server.port is a number with a fraction; it must "
                                "be an integer, 0 to 65,535"},
      {"[server]\nport = 2024-01-01",
          "test.toml:2:8: server.port is a date or time; it must be an integer, 0 to 65,535"},
      {"[server.port]\nx = 1",
          "test.toml:1:1: server.port is a table; it must be an integer, 0 to 65,535"},
      {"[server]\nport = 65536",
          "test.toml:2:8: server.port is 65536; it must be an integer, 0 to 65,535"},
      {"[server]\nport = -1",
          "test.toml:2:8: server.port is -1; it must be an integer, 0 to 65,535"},
      {"[server]\nping_timeout_ms = 99", "test.toml:2:19: server.ping_timeout_ms is 99; it must be "
                                         "an integer, 100 to 600,000 milliseconds"},
      {"[response]\ndetails = 1",
          "test.toml:2:11: response.details is an integer; it must be true or false"},
      {"[frames]\npolicy = \"newest\"",
          "test.toml:2:10: frames.policy is \"newest\"; it must be \"latest\" or \"queue\""},
      {"[frames]\npolicy = 1",
          "test.toml:2:10: frames.policy is an integer; it must be \"latest\" or \"queue\""},
      {"[inference]\ndevice = \"tpu\"", "test.toml:2:10: inference.device holds \"tpu\"; a device "
                                        "is \"auto\", \"cpu\", \"cuda\" or "
                                        "a GPU's number as in \"cuda:0\", 0 to 63"},
      {"[inference]\ndevice = 1",
          "test.toml:2:10: inference.device is an integer; it must be a string or a list of "
          "strings"},
      {"[chat]\nminimum_coverage = 1.5",
          "test.toml:2:20: chat.minimum_coverage is 1.5; it must be a number, 0 to 1"},
      {"[chat]\nminimum_coverage = nan",
          "test.toml:2:20: chat.minimum_coverage is nan; it must be a number, 0 to 1"},
      {"[inference]\nbatch_sizes = 8", "test.toml:2:15: inference.batch_sizes is an integer; it "
                                       "must be a list of integers, 1 to 1,024"},
      {"[inference]\nbatch_sizes = [1, 2.5]",
          "test.toml:2:19: inference.batch_sizes holds a number with a fraction; it must be a list "
          "of integers, 1 to 1,024"},
      {"[inference]\nbatch_sizes = [1, 2048]", "test.toml:2:19: inference.batch_sizes is 2048; it "
                                               "must be a list of integers, 1 to 1,024"},
      {"[inference]\nbatch_sizes = []", "test.toml:2:15: inference.batch_sizes must not be empty"},
      {"[inference]\nbatch_sizes = [2, 1]",
          "test.toml:2:15: inference.batch_sizes must be ascending, every size once"},
      {"[inference]\nbatch_sizes = [1, 1]",
          "test.toml:2:15: inference.batch_sizes must be ascending, every size once"},
      {"[server]\ncors_origins = [1]",
          "test.toml:2:17: server.cors_origins holds an integer; it must be a list of strings"},
      {"[server]\ncors_origins = [\"*\", \"https://a\"]",
          "test.toml:2:16: server.cors_origins holds \"*\" and other origins; \"*\" stands alone"},
      {"[server]\ncors_origins = [\"https://a/\"]",
          "test.toml:2:16: server.cors_origins holds \"https://a/\"; an origin has a scheme and no "
          "path, as in "
          "\"https://example.org\""},
      {"[server]\nhost = \"\"", "test.toml:2:8: server.host must not be empty"},
      {"[server]\npath = \"/socket.io\"", "test.toml:2:8: server.path must begin and end with a "
                                          "slash, with a name between, as in \"/socket.io/\""},
      {"[server]\npath = \"/\"", "test.toml:2:8: server.path must begin and end with a slash, with "
                                 "a name between, as in \"/socket.io/\""},
      {"[model]\npath = \"\"", "test.toml:2:8: model.path must not be empty"},
      {"[limits]\nmessage_bytes = 2097152\npending_bytes = 1048576",
          "test.toml:3:17: limits.pending_bytes is 1048576, less than limits.message_bytes with "
          "2097152: the largest "
          "message could never be accepted"},
      {"[limits]\nmessage_bytes = 1073741824",
          "test.toml:2:17: limits.pending_bytes is 536870912, less than limits.message_bytes with "
          "1073741824: the largest "
          "message could never be accepted"},
  }));
  INFO(text);
  CHECK(problems_of(text) == std::vector<std::string>{problem});
}

TEST_CASE("every number is held to its range on both sides") {
  for (auto& setting : config::schema()) {
    if (!setting.range)
      continue;
    INFO(full_name(setting));
    auto list = std::holds_alternative<std::vector<std::int64_t>>(setting.get(config::settings{}));
    auto assignment = [&](double number) {
      return list ? fmt::format("{}=[{:.0f}]", full_name(setting), number)
                  : fmt::format("{}={:.0f}", full_name(setting), number);
    };
    auto [minimum, maximum] = *setting.range;
    // the sizes are raised together with the budget that has to hold them
    std::vector<std::string> roomy = {"limits.pending_bytes=1099511627776"};
    if (setting.key == "pending_bytes")
      roomy = {"limits.message_bytes=1024"};
    for (auto good : {minimum, maximum}) {
      auto assignments = roomy;
      assignments.push_back(assignment(good));
      expect_settings(config::load(std::nullopt, assignments));
    }
    CHECK(problems_of_override(assignment(minimum - 1)).size() == 1);
    CHECK(problems_of_override(assignment(maximum + 1)).size() == 1);
  }
}

TEST_CASE("a syntax error is reported with its place") {
  auto lines = problems_of("[server]\nport = \n");
  REQUIRE(lines.size() == 1);
  CHECK_THAT(lines.front(), Catch::StartsWith("test.toml:2:"));
}

TEST_CASE("five mistakes are reported at once, from the top of the file") {
  auto lines = problems_of(R"([server]
prot = 5000
port = "5000"
[limits]
image_pixels = 0
[frames]
policy = "newest"
[lgo]
level = "info"
)");
  REQUIRE(lines.size() == 5);
  CHECK_THAT(lines[0], Catch::StartsWith("test.toml:2:1: unknown setting server.prot"));
  CHECK_THAT(lines[1], Catch::StartsWith("test.toml:3:8: server.port is a string"));
  CHECK_THAT(lines[2], Catch::StartsWith("test.toml:5:16: limits.image_pixels is 0"));
  CHECK_THAT(lines[3], Catch::StartsWith("test.toml:7:10: frames.policy is \"newest\""));
  CHECK_THAT(
      lines[4], Catch::StartsWith("test.toml:8:2: unknown section [lgo]; did you mean [log]?"));
}

TEST_CASE("a setting on the command line wins over the file, the last one over the ones before") {
  tests::temporary_folder folder;
  auto file = folder.write("ocelli.toml", "[server]\nport = 1\nhost = \"localhost\"\n");
  auto result = expect_settings(config::load(file, {"server.port=2", "server.port = 3"}));
  CHECK(result.server.port == 3);
  CHECK(result.server.host == "localhost");
}

TEST_CASE("a string on the command line may stand without quotes") {
  auto assignment = GENERATE("model.path=/models/my model", "model.path = \"/models/my model\"",
      "model.path='/models/my model'");
  CHECK(expect_settings(config::load(std::nullopt, {assignment})).model.path == "/models/my model");
}

TEST_CASE("a list on the command line is written as in TOML") {
  auto result = expect_settings(config::load(std::nullopt, {"inference.batch_sizes=[1, 4]"}));
  CHECK(result.inference.batch_sizes == std::vector<std::uint32_t>{1, 4});
}

TEST_CASE("a wrong setting on the command line is reported with what would be right") {
  struct row {
    std::string assignment;
    std::string problem;
  };
  auto [assignment, problem] = GENERATE(values<row>({
      {"server.port", "--set: \"server.port\" is not section.key=value, as in server.port=8080"},
      {"port=80", "--set: \"port=80\" is not section.key=value, as in server.port=8080"},
      {"", "--set: \"\" is not section.key=value, as in server.port=8080"},
      {"server.prot=80", "--set: unknown setting server.prot; did you mean server.port?"},
      {"server.port=",
          "--set: server.port is not a value of TOML: ; it must be an integer, 0 to 65,535"},
      {"server.port=eighty",
          "--set: server.port is not a value of TOML: eighty; it must be an integer, 0 to 65,535"},
      {"server.port=1\nhost=2", "--set: server.port is more than one value"},
      {"server.port=70000", "--set: server.port is 70000; it must be an integer, 0 to 65,535"},
      {"inference.batch_sizes=[1, true]", "--set: inference.batch_sizes holds a boolean; it must "
                                          "be a list of integers, 1 to 1,024"},
      {"log.level=loud", "--set: log.level is \"loud\"; it must be \"debug\" or \"info\" or "
                         "\"warning\" or \"error\""},
  }));
  INFO(assignment);
  CHECK(problems_of_override(assignment) == std::vector<std::string>{problem});
}

TEST_CASE("mistakes of the file and of the command line are reported together") {
  auto lines = expect_problems(config::load("/nowhere/ocelli.toml", {"server.port=x", "a.b=1"}));
  REQUIRE(lines.size() == 3);
  CHECK(lines[0] == "/nowhere/ocelli.toml: cannot be read: No such file or directory");
}

TEST_CASE("a folder is not read as a file") {
  CHECK(expect_problems(config::load("/", {})) ==
        std::vector<std::string>{"/: cannot be read: Is a directory"});
}

TEST_CASE("what is printed as TOML gives the same settings when it is read") {
  config::settings changed;
  changed.server.host = "a \"quoted\" \\ name\n";
  changed.server.cors_origins = {"https://example.org", "null"};
  changed.limits.pending_bytes = 1ULL << 40;
  changed.frames.policy = config::frame_policy::queue;
  changed.inference.batch_sizes = {3, 7};
  changed.chat.minimum_coverage = 0.1;
  changed.response.details = true;
  changed.log.level = config::log_level::debug;
  auto text = config::to_toml(changed);
  auto read = expect_settings(config::load_text(text, "printed"));
  CHECK(config::to_toml(read) == text);
  for (auto& setting : config::schema()) {
    INFO(full_name(setting));
    CHECK(setting.get(read) == setting.get(changed));
  }
}
