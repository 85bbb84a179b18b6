#include "application/application.hpp"
#include "inference/share_folder.hpp"
#include "inference/vision/inference_threads.hpp"
#include "inference/vision/model_package.hpp"
#include "inference/vision/torch_script_model.hpp"

namespace {

using namespace ocelli;

/// The model that `model.path` names, on LibTorch.
served_model load_model(const config::settings& configured, const config::thread_plan& threads) {
  inference::limit_library_threads(threads);
  auto package = inference::load_model_package(
      inference::resolve_model_path(configured.model.path, inference::share_folder()));
  auto model = inference::torch_script_model::load(package, configured.inference.device);
  inference::engine_options options;
  options.threads = threads;
  options.batch_sizes = configured.inference.batch_sizes;
  options.top = configured.response.details ? configured.response.top : 1;
  served_model result;
  result.make_engine = [model, options] { return model->make_engine(options); };
  result.input = package.input;
  result.labels = package.labels;
  result.name = package.name;
  result.format = "torchscript";
  result.precision = package.precision;
  // the one kind of engine there is runs on the processor
  result.device = "cpu";
  return result;
}

} // namespace

int main(int argc, char** argv) { return run_program({argv + 1, argv + argc}, load_model); }
