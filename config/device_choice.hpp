#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace ocelli::config {

/// Where `inference.device` wants a model to run.
struct device_choice {
  /// What kind of place.
  enum class place : std::uint8_t {
    automatic,  ///< "auto": every GPU that the package can use, else the processor.
    processor,  ///< "cpu".
    every_gpu,  ///< "cuda": every GPU, of which there must be one.
    listed_gpus ///< "cuda:1", or a list of such names.
  };
  place where = place::automatic;
  std::vector<std::uint32_t> gpus; ///< With `listed_gpus`: at least one, 0 to 63, each once.

  bool operator==(const device_choice&) const = default;
};

/// Reads the names that `inference.device` holds; the text says what is wrong with them, to follow
/// the setting's name.
std::variant<device_choice, std::string> parse_device_choice(const std::vector<std::string>& names);

} // namespace ocelli::config
