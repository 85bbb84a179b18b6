#include "inference/vision/inference_threads.hpp"

#include <ATen/Parallel.h>
#include <opencv2/core.hpp>
#include <opencv2/core/utils/logger.hpp>

#include <mutex>

namespace ocelli::inference {

void limit_library_threads(const config::thread_plan& plan) {
  static std::once_flag once;
  std::call_once(once, [&] {
    cv::setNumThreads(1);
    // what is wrong with an image is told to its sender
    cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
    at::set_num_interop_threads(1);
    at::set_num_threads(static_cast<int>(plan.intra_op_threads));
  });
}

void limit_engine_threads(const config::thread_plan& plan) {
  at::set_num_threads(static_cast<int>(plan.intra_op_threads));
}

} // namespace ocelli::inference
