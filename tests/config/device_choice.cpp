#include "config/device_choice.hpp"

#include "config/loader.hpp"

#include <catch2/catch.hpp>

using namespace ocelli;

namespace {

using place = config::device_choice::place;

config::device_choice choice_of(const std::vector<std::string>& names) {
  auto parsed = config::parse_device_choice(names);
  REQUIRE(std::holds_alternative<config::device_choice>(parsed));
  return std::get<config::device_choice>(parsed);
}

std::string complaint_about(const std::vector<std::string>& names) {
  auto parsed = config::parse_device_choice(names);
  auto complaint = std::get_if<std::string>(&parsed);
  return complaint == nullptr ? "none" : *complaint;
}

config::settings load(const std::vector<std::string>& overrides) {
  auto loaded = config::load(std::nullopt, overrides);
  REQUIRE(std::holds_alternative<config::settings>(loaded));
  return std::get<config::settings>(loaded);
}

} // namespace

TEST_CASE("a device is a processor, every GPU, or GPUs by their numbers") {
  CHECK(choice_of({"auto"}) == config::device_choice{place::automatic, {}});
  CHECK(choice_of({"cpu"}) == config::device_choice{place::processor, {}});
  CHECK(choice_of({"cuda"}) == config::device_choice{place::every_gpu, {}});
  CHECK(choice_of({"cuda:1"}) == config::device_choice{place::listed_gpus, {1}});
  CHECK(choice_of({"cuda:3", "cuda:0"}) == config::device_choice{place::listed_gpus, {3, 0}});
}

TEST_CASE("devices that make no sense are told") {
  CHECK(complaint_about({}) == "must not be empty");
  CHECK(complaint_about({"cuda:0", "cuda:0"}) == "holds \"cuda:0\" twice");
  CHECK(complaint_about({"cuda", "cuda:1"}) == "holds \"cuda\" and other devices; it stands alone");
  CHECK(complaint_about({"cuda:0", "cpu"}) == "holds \"cpu\" and other devices; it stands alone");
  auto name = GENERATE("", "gpu", "CPU", "cuda:", "cuda:x", "cuda:-1", "cuda:1x", "cuda: 1",
      "cuda:64", "cuda:99999999999");
  CHECK_THAT(complaint_about({name}),
      Catch::StartsWith("holds \"" + std::string{name} + "\"; a device is"));
}

TEST_CASE(
    "a device is written as a text or as a list of texts, on the command line without quotes") {
  using names = std::vector<std::string>;
  CHECK(load({"inference.device=cuda:1"}).inference.device == names{"cuda:1"});
  CHECK(load({"inference.device=\"cpu\""}).inference.device == names{"cpu"});
  CHECK(load({"inference.device=[\"cuda:0\", \"cuda:1\"]"}).inference.device ==
        names{"cuda:0", "cuda:1"});
  CHECK(
      std::get<config::settings>(config::load_text("[inference]\ndevice = [\"cpu\"]", "test.toml"))
          .inference.device == names{"cpu"});
}

TEST_CASE("the effective settings show one device as a text and several as a list") {
  CHECK_THAT(to_toml(load({"inference.device=cpu"})), Catch::Contains("\ndevice = \"cpu\"\n"));
  CHECK_THAT(to_toml(load({"inference.device=[\"cuda:0\", \"cuda:1\"]"})),
      Catch::Contains("\ndevice = [\"cuda:0\", \"cuda:1\"]\n"));
}
