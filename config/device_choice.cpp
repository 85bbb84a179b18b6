#include "config/device_choice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>

namespace ocelli::config {

namespace {

constexpr std::string_view gpu_prefix = "cuda:";
constexpr std::uint32_t largest_gpu = 63;

std::optional<std::uint32_t> gpu_number(std::string_view name) {
  if (!name.starts_with(gpu_prefix))
    return std::nullopt;
  auto digits = name.substr(gpu_prefix.size());
  std::uint32_t number = 0;
  auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  auto complete = error == std::errc{} && end == digits.data() + digits.size();
  return complete && number <= largest_gpu ? std::optional{number} : std::nullopt;
}

} // namespace

std::variant<device_choice, std::string> parse_device_choice(
    const std::vector<std::string>& names) {
  using place = device_choice::place;
  if (names.empty())
    return "must not be empty";
  device_choice result;
  for (auto& name : names) {
    if (name == "auto" || name == "cpu" || name == "cuda") {
      if (names.size() > 1)
        return fmt::format("holds \"{}\" and other devices; it stands alone", name);
      result.where = name == "auto"  ? place::automatic
                     : name == "cpu" ? place::processor
                                     : place::every_gpu;
      return result;
    }
    auto number = gpu_number(name);
    if (!number)
      return fmt::format("holds \"{}\"; a device is \"auto\", \"cpu\", \"cuda\" or a GPU's number "
                         "as in \"cuda:0\", 0 to {}",
          name, largest_gpu);
    if (std::find(result.gpus.begin(), result.gpus.end(), *number) != result.gpus.end())
      return fmt::format("holds \"{}\" twice", name);
    result.where = place::listed_gpus;
    result.gpus.push_back(*number);
  }
  return result;
}

} // namespace ocelli::config
