#include "inference/test_files.hpp"
#include "inference/vision/model_package.hpp"
#include "inference/vision/sha256.hpp"

#include <catch2/catch.hpp>

namespace ocelli::inference {

namespace {

using Catch::Contains;

/// A compiled package whose section [model] is `model`; `@1` and `@4` in it stand for the digests
/// of its two files.
class compiled_package {
 public:
  explicit compiled_package(std::string model) {
    for (const std::string size : {"1", "4"}) {
      const auto file = folder_.path() / ("batch_" + size + ".pt2");
      tests::write_text(file, "archive " + size);
      for (auto at = model.find("@" + size); at != model.npos; at = model.find("@" + size)) {
        model.replace(at, 2, *sha256_of_file(file));
      }
    }
    tests::write_text(folder_.path() / "labels.txt", "Bär\n\"quoted\"\\\n\tдом\n😀\n");
    tests::write_text(folder_.path() / "model.toml",
        "schema = 1\nname = \"mine\"\ndescription = \"For tests\"\n[model]\n" + model +
            "[input]\nwidth = 8\nheight = 8\ncolor = \"gray\"\nresize = 8\nmean = [0.5]\n"
            "std = [0.5]\n[labels]\nfile = \"labels.txt\"\nsha256 = \"" +
            *sha256_of_file(folder_.path() / "labels.txt") + "\"\nsource = \"a text file\"\n");
  }

  std::filesystem::path file(const std::string& name) const { return folder_.path() / name; }
  model_package load() const { return load_model_package(folder_.path()); }
  std::string error() const {
    try {
      load();
    } catch (const model_error& error) {
      return error.what();
    }
    return "loaded";
  }

 private:
  tests::temporary_folder folder_;
};

const std::string head = "format = \"aotinductor\"\nprecision = \"bfloat16\"\ntorch = \"2.11.0\"\n";
const std::string for_cpu = "device = \"cpu\"\ncpu_features = [\"avx2\", \"avx512_bf16\"]\n";
const std::string batches =
    "[[model.batches]]\nsize = 1\nfile = \"batch_1.pt2\"\nsha256 = \"@1\"\n"
    "[[model.batches]]\nsize = 4\nfile = \"batch_4.pt2\"\nsha256 = \"@4\"\n";

} // namespace

TEST_CASE("a compiled package for processors is read as it is written") {
  const compiled_package folder(head + for_cpu + batches);
  const auto package = folder.load();
  CHECK(package.format == model_format::aot_inductor);
  CHECK(package.precision == "bfloat16");
  CHECK(package.model_file.empty());
  CHECK(package.compiled.device == device_kind::cpu);
  CHECK(package.compiled.torch_version == "2.11.0");
  CHECK(package.compiled.cpu_features == std::vector<std::string>{"avx2", "avx512_bf16"});
  REQUIRE(package.compiled.batches.size() == 2);
  CHECK(package.compiled.batches[0].size == 1);
  CHECK(package.compiled.batches[0].file == folder.file("batch_1.pt2"));
  CHECK(package.compiled.batches[1].size == 4);
  CHECK(package.compiled.batches[1].file == folder.file("batch_4.pt2"));
}

TEST_CASE("a compiled package for GPUs names their architecture") {
  const compiled_package folder(head + "device = \"cuda\"\ngpu_architecture = \"9.0\"\n" + batches);
  const auto package = folder.load();
  CHECK(package.compiled.device == device_kind::cuda);
  CHECK(package.compiled.gpu_architecture == "9.0");
  CHECK(package.compiled.cpu_features.empty());
}

TEST_CASE("labels may have any characters of UTF-8") {
  const auto labels = compiled_package(head + for_cpu + batches).load().labels;
  CHECK(labels == std::vector<std::string>{"Bär", "\"quoted\"\\", "\tдом", "😀"});
}

TEST_CASE("what is wrong with a compiled package's manifest is told with its place") {
  struct row {
    std::string model, error;
  };
  const std::string one = "[[model.batches]]\nsize = 1\nfile = \"batch_1.pt2\"\nsha256 = \"@1\"\n";
  const auto [model, error] = GENERATE_COPY(
      row{head + "cpu_features = []\n" + batches, ":4:1: model.device is missing"},
      row{head + "device = \"tpu\"\ncpu_features = []\n" + batches,
          ":8:10: model.device must be \"cpu\" or \"cuda\""},
      row{head + "device = \"cpu\"\n" + batches, ":4:1: model.cpu_features is missing"},
      row{head + "device = \"cpu\"\ncpu_features = \"avx2\"\n" + batches,
          ":9:16: model.cpu_features must be a list of processor features"},
      row{head + "device = \"cpu\"\ncpu_features = [\"AVX2\"]\n" + batches,
          ":9:16: model.cpu_features must be a list of processor features"},
      row{head + "device = \"cpu\"\ncpu_features = [1]\n" + batches,
          ":9:16: model.cpu_features must be a list of processor features"},
      row{head + "device = \"cuda\"\n" + batches, ":4:1: model.gpu_architecture is missing"},
      row{head + "device = \"cuda\"\ngpu_architecture = \"sm_90\"\n" + batches,
          ":9:20: model.gpu_architecture must be a version as in \"9.0\""},
      row{head + for_cpu + "gpu_architecture = \"9.0\"\n" + batches,
          ":10:1: unknown key model.gpu_architecture"},
      row{head + for_cpu + "file = \"model.pt\"\n" + batches, ":10:1: unknown key model.file"},
      row{"format = \"aotinductor\"\nprecision = \"int4\"\ntorch = \"2.11.0\"\n" + for_cpu +
              batches,
          ":6:13: model.precision must be \"float32\" or \"bfloat16\" or \"float16\" or \"int8\""},
      row{"format = \"aotinductor\"\nprecision = \"int8\"\ntorch = \"2.11\"\n" + for_cpu + batches,
          ":7:9: model.torch must be a version as in \"2.11.0\""},
      row{"format = \"aotinductor\"\nprecision = \"int8\"\ntorch = \"2..0\"\n" + for_cpu + batches,
          ":7:9: model.torch must be a version as in \"2.11.0\""},
      row{head + for_cpu, ":4:1: model.batches is missing"},
      row{head + for_cpu + "batches = []\n", ":10:11: model.batches must be one table or more"},
      row{head + for_cpu + "batches = [1]\n", ":10:11: model.batches must be one table or more"},
      row{head + for_cpu + one + one, "model.batches.size must be larger than the one before"},
      row{head + for_cpu + "[[model.batches]]\nsize = 0\nfile = \"batch_1.pt2\"\nsha256 = \"@1\"\n",
          ":11:8: model.batches.size must be an integer from 1 to 1024"},
      row{head + for_cpu + one + "speed = 3\n", ":14:1: unknown key model.batches.speed"},
      row{head + for_cpu + "[[model.batches]]\nsize = 1\nfile = \"../x.pt2\"\nsha256 = \"@1\"\n",
          ":12:8: model.batches.file must be the plain name of a file beside model.toml"});
  INFO(model);
  CHECK_THAT(compiled_package(model).error(), Contains(error));
}

TEST_CASE("a truncated or exchanged file of a compiled package is refused") {
  const compiled_package folder(head + for_cpu + batches);
  tests::write_text(folder.file("batch_4.pt2"), "arch");
  CHECK_THAT(folder.error(),
      Contains("batch_4.pt2 has SHA-256") && Contains("copy or export the package again"));
  std::filesystem::remove(folder.file("batch_4.pt2"));
  CHECK_THAT(folder.error(), Contains("batch_4.pt2 cannot be read"));
}

} // namespace ocelli::inference
