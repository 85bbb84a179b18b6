#include "inference/vision/loaded_model.hpp"

#include "inference/vision/aot_inductor_model.hpp"
#include "inference/vision/torch_script_model.hpp"

namespace ocelli::inference {

std::shared_ptr<const loaded_model> load_model(
    const model_package& package, const load_options& options) {
  if (package.format == model_format::aot_inductor) {
    return aot_inductor_model::load(package, options);
  }
  return torch_script_model::load(package, options);
}

} // namespace ocelli::inference
