// A compiled model as AOTInductor makes them, small enough to be read: a shared library with the
// same entry points, on the same run time, for tests of the loader and of the engine. Its logits
// are `weight * mean colour + bias`; the first byte of a row may ask for a fault (faults.hpp).

#include "inference/compiled_model/faults.hpp"

#include <torch/csrc/inductor/aoti_runtime/interface.h>
#include <torch/csrc/inductor/aoti_runtime/model_container.h>

#include <algorithm>
#include <array>
#include <iostream>
#include <limits>

namespace {

using namespace torch::aot_inductor;
using ocelli::tests::model_fault;

constexpr std::int64_t channels = 3;
constexpr std::int64_t labels = 2;

struct constants_layout {
  std::array<float, labels* channels> weight = {1, 0, 0, 0, 1, 0};
  std::array<float, 10> unused{}; // constants begin at multiples of 64 bytes
  std::array<float, labels> bias = {COMPILED_MODEL_BIAS, 0};
  std::array<float, 14> unused_too{};
};

} // namespace

alignas(64) constants_layout constants;

// The run time asks for the constants by these names.
extern uint8_t _binary_constants_bin_start[] __attribute__((alias("constants")));
extern uint8_t _binary_constants_bin_end[] __attribute__((alias("constants")));

namespace torch::aot_inductor {

AOTInductorModel::AOTInductorModel(std::shared_ptr<ConstantMap> map,
    std::shared_ptr<std::vector<ConstantHandle>> array, const std::string& device,
    std::optional<std::string> cubin_dir)
    : AOTInductorModelBase(1, 1, 2, device, std::move(cubin_dir), true) {
  inputs_info_[0].name = "bytes";
  outputs_info_[0].name = "logits";
  const auto describe = [this](std::size_t index, const char* name,
                            const std::vector<std::int64_t>& shape) {
    auto& info = constants_info_[index];
    info.name = name;
    info.original_fqn = name;
    info.dtype = aoti_torch_dtype_float32();
    info.device_type = aoti_torch_device_type_cpu();
    info.data_size = 64;
    info.type = static_cast<std::int32_t>(ConstantType::Parameter);
    info.shape = shape;
    info.stride =
        shape.size() == 1 ? std::vector<std::int64_t>{1} : std::vector<std::int64_t>{shape[1], 1};
    info.layout = aoti_torch_layout_strided();
  };
  describe(0, "weight", {labels, channels});
  describe(1, "bias", {labels});
  update_constants_map(std::move(map));
  update_constants_array(std::move(array));
}

std::unordered_map<std::string, AtenTensorHandle> AOTInductorModel::const_run_impl(
    DeviceStreamType, AOTIProxyExecutorHandle, bool) {
  return {};
}

namespace {

const float* floats(AtenTensorHandle tensor) {
  void* data = nullptr;
  AOTI_TORCH_ERROR_CODE_CHECK(aoti_torch_get_data_ptr(tensor, &data));
  return static_cast<const float*>(data);
}

void classify(const std::uint8_t* image, std::int64_t pixels, const float* weight,
    const float* bias, float* logits) {
  for (std::int64_t label = 0; label < labels; ++label) {
    double sum = 0;
    for (std::int64_t i = 0; i < pixels * channels; ++i) {
      sum += weight[label * channels + i % channels] * static_cast<float>(image[i]);
    }
    logits[label] = static_cast<float>(sum / static_cast<double>(pixels)) / 255 + bias[label];
  }
}

} // namespace

void AOTInductorModel::run_impl(AtenTensorHandle* inputs, AtenTensorHandle* outputs,
    DeviceStreamType, AOTIProxyExecutorHandle) {
  const RAIIAtenTensorHandle bytes(inputs[0]);
  std::int64_t* shape = nullptr;
  AOTI_TORCH_ERROR_CODE_CHECK(aoti_torch_get_sizes(bytes, &shape));
  const auto* images = reinterpret_cast<const std::uint8_t*>(floats(bytes));
  const std::int64_t pixels = shape[1] * shape[2];
  const auto fault = static_cast<model_fault>(images[0]);
  if (fault == model_fault::throws) {
    throw std::runtime_error("the compiled model was told to throw");
  }
  const std::array<std::int64_t, 2> size = {
      shape[0] + (fault == model_fault::gives_wrong_shape ? 1 : 0), labels};
  const std::array<std::int64_t, 2> stride = {labels, 1};
  const auto dtype = fault == model_fault::gives_wrong_type ? aoti_torch_dtype_int32()
                                                            : aoti_torch_dtype_float32();
  AOTI_TORCH_ERROR_CODE_CHECK(aoti_torch_empty_strided(
      2, size.data(), stride.data(), dtype, aoti_torch_device_type_cpu(), 0, &outputs[0]));
  auto* logits = const_cast<float*>(floats(outputs[0]));
  std::fill(logits, logits + size[0] * labels, 0.0F);
  for (std::int64_t row = 0; row < shape[0]; ++row) {
    classify(images + row * pixels * channels, pixels, floats(constants_->at(0)),
        floats(constants_->at(1)), logits + row * labels);
  }
  if (fault == model_fault::gives_no_number) {
    logits[0] = std::numeric_limits<float>::quiet_NaN();
  }
}

} // namespace torch::aot_inductor

namespace {

template <class Function>
AOTIRuntimeError guarded(Function function) {
  try {
    function();
    return AOTI_RUNTIME_SUCCESS;
  } catch (const std::exception& error) {
    std::cerr << "compiled model: " << error.what() << '\n';
    return AOTI_RUNTIME_FAILURE;
  }
}

AOTInductorModelContainer& container(AOTInductorModelContainerHandle handle) {
  return *reinterpret_cast<AOTInductorModelContainer*>(handle);
}

const std::unordered_map<std::string, AtenTensorHandle>& constants_in(
    AOTInductorConstantMapHandle map) {
  return *reinterpret_cast<std::unordered_map<std::string, AtenTensorHandle>*>(map);
}

} // namespace

extern "C" {

AOTIRuntimeError AOTInductorModelContainerCreateWithDevice(AOTInductorModelContainerHandle* handle,
    size_t models, const char* device, const char* cubin_dir) {
  return guarded([&] {
    *handle =
        reinterpret_cast<AOTInductorModelContainerHandle>(new AOTInductorModelContainer(models,
            device, cubin_dir == nullptr ? std::nullopt : std::optional(std::string(cubin_dir))));
  });
}

AOTIRuntimeError AOTInductorModelContainerDelete(AOTInductorModelContainerHandle handle) {
  return guarded([&] { delete &container(handle); });
}

AOTIRuntimeError AOTInductorModelContainerRun(AOTInductorModelContainerHandle handle,
    AtenTensorHandle* inputs, size_t, AtenTensorHandle* outputs, size_t,
    AOTInductorStreamHandle stream, AOTIProxyExecutorHandle executor) {
  return guarded([&] {
    container(handle).run(inputs, outputs, reinterpret_cast<DeviceStreamType>(stream), executor);
  });
}

AOTIRuntimeError AOTInductorModelContainerGetNumOutputs(
    AOTInductorModelContainerHandle handle, size_t* count) {
  return guarded([&] { *count = container(handle).num_outputs(); });
}

AOTIRuntimeError AOTInductorModelContainerGetNumConstants(
    AOTInductorModelContainerHandle handle, size_t* count) {
  return guarded([&] { *count = container(handle).num_constants(); });
}

AOTIRuntimeError AOTInductorModelContainerGetConstantName(
    AOTInductorModelContainerHandle handle, size_t index, const char** name) {
  return guarded([&] { *name = container(handle).constant_name(index); });
}

AOTIRuntimeError AOTInductorModelContainerGetConstantOriginalFQN(
    AOTInductorModelContainerHandle handle, size_t index, const char** name) {
  return guarded([&] { *name = container(handle).constant_original_fqn(index); });
}

AOTIRuntimeError AOTInductorModelContainerGetConstantDtype(
    AOTInductorModelContainerHandle handle, size_t index, int32_t* type) {
  return guarded([&] { *type = container(handle).constant_dtype(index); });
}

AOTIRuntimeError AOTInductorModelContainerExtractConstantsMap(
    AOTInductorModelContainerHandle handle, AOTInductorConstantMapHandle map, bool inactive) {
  return guarded([&] {
    auto& target = *reinterpret_cast<std::unordered_map<std::string, AtenTensorHandle>*>(map);
    target = container(handle).extract_constants_map(inactive);
  });
}

AOTIRuntimeError AOTInductorModelContainerUpdateUserManagedConstantBuffer(
    AOTInductorModelContainerHandle handle, AOTInductorConstantMapHandle map, bool inactive,
    bool validate) {
  return guarded([&] {
    container(handle).update_constant_buffer(constants_in(map), inactive, validate, true);
  });
}

AOTIRuntimeError AOTInductorModelContainerUpdateConstantBuffer(
    AOTInductorModelContainerHandle handle, AOTInductorConstantMapHandle map, bool inactive,
    bool validate) {
  return guarded(
      [&] { container(handle).update_constant_buffer(constants_in(map), inactive, validate); });
}

AOTIRuntimeError AOTInductorModelContainerUpdateInactiveConstantBuffer(
    AOTInductorModelContainerHandle handle, AOTInductorConstantMapHandle map) {
  return AOTInductorModelContainerUpdateConstantBuffer(handle, map, true, true);
}

AOTIRuntimeError AOTInductorModelContainerRunConstantFolding(AOTInductorModelContainerHandle handle,
    bool inactive, AOTInductorStreamHandle stream, AOTIProxyExecutorHandle executor) {
  return guarded([&] {
    container(handle).run_const_fold(
        inactive, reinterpret_cast<DeviceStreamType>(stream), executor);
  });
}

AOTIRuntimeError AOTInductorModelContainerSwapConstantBuffer(
    AOTInductorModelContainerHandle handle) {
  return guarded([&] { container(handle).swap_constant_buffer(); });
}

AOTIRuntimeError AOTInductorModelContainerFreeInactiveConstantBuffer(
    AOTInductorModelContainerHandle handle) {
  return guarded([&] { container(handle).free_inactive_constant_buffer(); });
}

AOTIRuntimeError AOTInductorModelContainerGetCallSpec(
    AOTInductorModelContainerHandle handle, const char** in_spec, const char** out_spec) {
  return guarded([&] {
    *in_spec = container(handle).get_in_spec();
    *out_spec = container(handle).get_out_spec();
  });
}

AOTIRuntimeError AOTInductorModelContainerGetConstantsBlobSize(
    AOTInductorModelContainerHandle, uint64_t* bytes) {
  *bytes = sizeof(constants);
  return AOTI_RUNTIME_SUCCESS;
}

AOTIRuntimeError AOTInductorModelUpdateConstantsFromBlob(
    AOTInductorModelContainerHandle, const uint8_t*) {
  return AOTI_RUNTIME_FAILURE; // for models whose weights lie in a file of their own
}

} // extern "C"
