#include "inference/vision/torch_script_model.hpp"

#include "inference/torch_module_file.hpp"

#include <catch2/catch.hpp>

namespace ocelli::inference {

namespace {

using Catch::Contains;
using tests::mean_of_colors;
using tests::model_folder;
using tests::write_module;

std::string load_error(const model_package& package) {
  try {
    torch_script_model::load(package, {});
  } catch (const model_error& error) {
    return error.what();
  }
  return "loaded";
}

} // namespace

TEST_CASE("a model without one number per label is refused with both numbers") {
  model_folder folder("", "one\ntwo\nthree\n");
  write_module(folder, mean_of_colors);
  CHECK_THAT(load_error(load_model_package(folder.path())),
      Contains("gives 2 numbers per image, but the package has 3 labels"));
}

TEST_CASE("a model file that is no TorchScript is refused in one line") {
  const std::string content = GENERATE("", "nonsense", "PK\x03\x04 but no archive");
  const model_folder folder(content);
  const auto error = load_error(load_model_package(folder.path()));
  CHECK_THAT(error, Contains("model.pt cannot be loaded as TorchScript: export it again"));
  CHECK(error.find('\n') == std::string::npos);
}

TEST_CASE("a model that does not take the input of its package is refused") {
  model_folder folder;
  write_module(
      folder, "def forward(self, x):\n  return torch.mm(x.flatten(1), torch.zeros(7, 2))\n");
  CHECK_THAT(load_error(load_model_package(folder.path())),
      Contains("does not take 2 images of 3 channel(s), 28 by 24: correct [input] in model.toml"));
}

TEST_CASE("a model that is no classifier is refused") {
  model_folder folder;
  write_module(folder,
      GENERATE("def forward(self, x):\n  return x\n", "def forward(self, x):\n  return [x]\n",
          "def forward(self, x):\n  return x.mean(dim=[2, 3])[:1, :2]\n",
          "def forward(self, x):\n  return x.mean(dim=[2, 3])[:, :2].long()\n"));
  CHECK_THAT(load_error(load_model_package(folder.path())),
      Contains("does not give float32 numbers [images, labels]"));
}

} // namespace ocelli::inference
