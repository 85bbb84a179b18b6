# Finds LibTorch in the layout of the official archive and of the wheel's folder torch/: include/ and lib/.
#
#   find_package(LibTorch 2.11 REQUIRED)      looks in LIBTORCH_ROOT (CMake variable or environment)
#
# Target: LibTorch::LibTorch. LibTorch's own CMake package asks for a CUDA toolkit, which serving does not need.
include(FindPackageHandleStandardArgs)

if(DEFINED ENV{LIBTORCH_ROOT})
  set(_default_root "$ENV{LIBTORCH_ROOT}")
else()
  set(_default_root "${PROJECT_SOURCE_DIR}/build/dependencies/libtorch/torch")
endif()
set(LIBTORCH_ROOT "${_default_root}" CACHE PATH "Folder with LibTorch's include/ and lib/")

# nothing is cached, so that another LIBTORCH_ROOT takes effect
find_path(LibTorch_INCLUDE_DIR torch/script.h PATHS "${LIBTORCH_ROOT}/include" NO_CACHE NO_DEFAULT_PATH)
string(REGEX REPLACE "/$" "" LibTorch_INCLUDE_DIR "${LibTorch_INCLUDE_DIR}")
foreach(_component torch torch_cpu c10)
  find_library(LibTorch_${_component}_LIBRARY ${_component} PATHS "${LIBTORCH_ROOT}/lib" NO_CACHE NO_DEFAULT_PATH)
  list(APPEND _required LibTorch_${_component}_LIBRARY)
endforeach()
if(LibTorch_INCLUDE_DIR)
  set(_header "${LibTorch_INCLUDE_DIR}/torch/headeronly/version.h")
  foreach(_part MAJOR MINOR PATCH)
    file(STRINGS "${_header}" _line REGEX "^#define TORCH_VERSION_${_part} ")
    string(REGEX MATCH "[0-9]+" _${_part} "${_line}")
  endforeach()
  set(LibTorch_VERSION "${_MAJOR}.${_MINOR}.${_PATCH}")
endif()

find_package_handle_standard_args(
  LibTorch REQUIRED_VARS LibTorch_INCLUDE_DIR ${_required} VERSION_VAR LibTorch_VERSION
  REASON_FAILURE_MESSAGE "run ./scripts/setup, or set LIBTORCH_ROOT to a LibTorch 2.11 that is already there")

if(LibTorch_FOUND AND NOT TARGET LibTorch::LibTorch)
  add_library(LibTorch::LibTorch INTERFACE IMPORTED)
  # -idirafter: LibTorch's headers bring an fmt of their own, which must not hide Debian's.
  target_compile_options(
    LibTorch::LibTorch INTERFACE "SHELL:-idirafter ${LibTorch_INCLUDE_DIR}"
                                 "SHELL:-idirafter ${LibTorch_INCLUDE_DIR}/torch/csrc/api/include")
  # libtorch.so is asked for by soname when a compiled package is loaded, so it must be in the process already. The one
  # for CUDA brings parts of a C++ library of its own, which crash in a program that is linked with another: the
  # program's own comes first.
  target_link_libraries(
    LibTorch::LibTorch INTERFACE -Wl,--push-state,--no-as-needed stdc++ "${LibTorch_torch_LIBRARY}"
                                 "${LibTorch_torch_cpu_LIBRARY}" "${LibTorch_c10_LIBRARY}" -Wl,--pop-state)
endif()
