#pragma once

#include "inference/model_folder.hpp"

#include <string>

namespace ocelli::tests {

/// A method `forward` that gives the means of the first two colours.
inline constexpr const char* mean_of_colors =
    "def forward(self, x):\n  return x.mean(dim=[2, 3])[:, :2]\n";

/// Puts a TorchScript module into `folder` whose method `forward` is `code`.
void write_module(model_folder& folder, const std::string& code);

} // namespace ocelli::tests
