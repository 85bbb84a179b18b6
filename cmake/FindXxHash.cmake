# Finds xxHash, which Debian ships without a CMake package.
#
#   find_package(XxHash 0.8 REQUIRED)
#
# Target: XxHash::XxHash
include(FindPackageHandleStandardArgs)

find_path(XxHash_INCLUDE_DIR xxhash.h)
find_library(XxHash_LIBRARY xxhash)
if(XxHash_INCLUDE_DIR)
  foreach(_part MAJOR MINOR RELEASE)
    file(STRINGS "${XxHash_INCLUDE_DIR}/xxhash.h" _line REGEX "^#define XXH_VERSION_${_part} ")
    string(REGEX MATCH "[0-9]+" _${_part} "${_line}")
  endforeach()
  set(XxHash_VERSION "${_MAJOR}.${_MINOR}.${_RELEASE}")
endif()

find_package_handle_standard_args(XxHash REQUIRED_VARS XxHash_INCLUDE_DIR XxHash_LIBRARY VERSION_VAR XxHash_VERSION)

if(XxHash_FOUND AND NOT TARGET XxHash::XxHash)
  add_library(XxHash::XxHash UNKNOWN IMPORTED)
  set_target_properties(XxHash::XxHash PROPERTIES IMPORTED_LOCATION "${XxHash_LIBRARY}"
                                                  INTERFACE_INCLUDE_DIRECTORIES "${XxHash_INCLUDE_DIR}")
endif()
