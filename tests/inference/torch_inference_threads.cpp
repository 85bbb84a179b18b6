#include "inference/vision/inference_threads.hpp"

#include <ATen/Parallel.h>
#include <catch2/catch.hpp>
#include <opencv2/core/utility.hpp>

#include <thread>

namespace ocelli::inference {

TEST_CASE(
    "threads inside libraries are set once for the process and once for each engine's thread") {
  limit_library_threads({.intra_op_threads = 2});
  limit_library_threads({.intra_op_threads = 2});
  CHECK(cv::getNumThreads() == 1);
  CHECK(at::get_num_interop_threads() == 1);
  int threads = 0;
  std::jthread([&] {
    limit_engine_threads({.intra_op_threads = 3});
    threads = at::get_num_threads();
  }).join();
  CHECK(threads == 3);
}

} // namespace ocelli::inference
