#include "inference/torch_module_file.hpp"

#include <torch/script.h>

namespace ocelli::tests {

void write_module(model_folder& folder, const std::string& code) {
  torch::jit::Module module("test");
  module.define(code);
  module.save(folder.file("model.pt").string());
  folder.write_manifest();
}

} // namespace ocelli::tests
