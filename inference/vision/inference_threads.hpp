#pragma once

#include "config/threads.hpp"

namespace ocelli::inference {

/// The one place that sets threads inside libraries. OpenCV decodes on the calling thread, LibTorch
/// runs one operation of a model at a time; a second call has no further effect. Call it before a
/// model is loaded. Thread-safe.
void limit_library_threads(const config::thread_plan& plan);

/// Gives the calling thread `plan.intra_op_threads` threads for LibTorch's operations. Every thread
/// that runs an engine calls it once: LibTorch keeps a pool for each.
void limit_engine_threads(const config::thread_plan& plan);

} // namespace ocelli::inference
