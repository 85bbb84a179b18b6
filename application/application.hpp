#pragma once

#include "application/exit_code.hpp"
#include "config/settings.hpp"
#include "config/threads.hpp"
#include "inference/vision/batch_buffer.hpp"
#include "inference/vision/inference_engine.hpp"
#include "inference/vision/input_spec.hpp"

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <string>
#include <vector>

namespace ocelli {

/// A model that is ready to be run.
struct served_model {
  inference::engine_factory make_engine;
  inference::input_spec input;
  std::vector<std::string> labels; ///< By index of `inference::scored_label`.
  std::string name;                ///< For people.
  std::string format;              ///< As in "torchscript".
  std::string precision;           ///< As in "float32".
  std::string device;              ///< As in "cpu" or "cuda:0, cuda:1".
  std::uint32_t gpus = 0;          ///< How many GPUs it runs on; none on the processor.
  std::vector<std::uint32_t>
      batch_sizes; ///< Those it has, ascending; empty: those of the settings.
  inference::batch_buffer::memory_source batch_memory =
      &inference::batch_buffer::ordinary_memory; ///< For the input of batches.
  std::string memory;                            ///< For the log; empty when nothing is known.
};

/// Loads the model that the settings name. Throws with one line that says what is wrong and what to
/// do.
using model_loader =
    std::function<served_model(const config::settings&, const config::thread_plan&)>;

/// Runs the service until SIGTERM or SIGINT: loads the model, starts the actors, waits until they
/// are ready, then listens. Stops without losing anything accepted. Once per process: it owns the
/// process's signals and its log.
exit_code run_application(const config::settings& configured, const model_loader& load_model);

/// The whole program: the command line, then `run_application`. Ends the process itself when a
/// thread hangs that cannot be joined. `arguments` are those after the program's name.
int run_program(const std::vector<std::string>& arguments, const model_loader& load_model);

} // namespace ocelli
