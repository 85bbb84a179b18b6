#include "inference/vision/host_capabilities.hpp"

#include <catch2/catch.hpp>

namespace ocelli::inference {

TEST_CASE("processor features are those that every processor has") {
  CHECK(parse_cpu_features(
            "processor\t: 0\nflags\t\t: fpu avx2 avx512f\nbugs\t\t: none\n\n"
            "processor\t: 1\nflags\t\t: fpu avx2\n") == std::set<std::string>{"avx2", "fpu"});
}

TEST_CASE("a text without processor features has none") {
  CHECK(parse_cpu_features("").empty());
  CHECK(parse_cpu_features("processor : 0\nFeatures : fp asimd\nvmx flags : vnmi\n").empty());
  CHECK(parse_cpu_features("flags\n").empty());
}

} // namespace ocelli::inference
