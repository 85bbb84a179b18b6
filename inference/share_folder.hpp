#pragma once

#include <filesystem>

namespace ocelli::inference {

/// The folder with what comes with the program (`knowledge/`, `models/`): `../share/ocelli` beside
/// the folder of the running executable, in a build folder as in an installation. Throws
/// `std::filesystem::filesystem_error` when the executable cannot be told.
std::filesystem::path share_folder();

} // namespace ocelli::inference
