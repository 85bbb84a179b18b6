#include "inference/vision/torch_host.hpp"

#include <catch2/catch.hpp>
#include <torch/headeronly/version.h>

#include <string>

namespace ocelli::inference {

TEST_CASE("the host tells its LibTorch and the features of its processor") {
  const auto host = probe_host();
  CHECK(host.torch_version == std::to_string(TORCH_VERSION_MAJOR) + "." +
                                  std::to_string(TORCH_VERSION_MINOR) + "." +
                                  std::to_string(TORCH_VERSION_PATCH));
  CHECK(host.cpu_features.contains("sse2"));
}

} // namespace ocelli::inference
