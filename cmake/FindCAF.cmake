# Finds CAF 0.17: Debian ships headers and shared libraries, but no CMake package.
#
#   find_package(CAF 0.17.6 EXACT REQUIRED COMPONENTS core)
#
# Targets: CAF::core, CAF::io, CAF::openssl
include(FindPackageHandleStandardArgs)
find_package(Threads REQUIRED)

find_path(CAF_INCLUDE_DIR caf/config.hpp)
if(CAF_INCLUDE_DIR)
  file(STRINGS "${CAF_INCLUDE_DIR}/caf/config.hpp" _version_line REGEX "^#define CAF_VERSION [0-9]+")
  string(REGEX MATCH "[0-9]+" _version "${_version_line}")
  math(EXPR _major "${_version} / 10000")
  math(EXPR _minor "(${_version} / 100) % 100")
  math(EXPR _patch "${_version} % 100")
  set(CAF_VERSION "${_major}.${_minor}.${_patch}")
endif()
foreach(_component IN LISTS CAF_FIND_COMPONENTS)
  find_library(CAF_${_component}_LIBRARY caf_${_component})
  if(CAF_${_component}_LIBRARY)
    set(CAF_${_component}_FOUND TRUE)
  endif()
endforeach()

find_package_handle_standard_args(CAF REQUIRED_VARS CAF_INCLUDE_DIR VERSION_VAR CAF_VERSION HANDLE_COMPONENTS)

if(CAF_FOUND)
  foreach(_component IN LISTS CAF_FIND_COMPONENTS)
    if(NOT TARGET CAF::${_component})
      add_library(CAF::${_component} UNKNOWN IMPORTED)
      set_target_properties(
        CAF::${_component} PROPERTIES IMPORTED_LOCATION "${CAF_${_component}_LIBRARY}"
                                      INTERFACE_INCLUDE_DIRECTORIES "${CAF_INCLUDE_DIR}"
                                      INTERFACE_LINK_LIBRARIES Threads::Threads)
      if(NOT _component STREQUAL "core")
        set_property(TARGET CAF::${_component} APPEND PROPERTY INTERFACE_LINK_LIBRARIES CAF::core)
      endif()
    endif()
  endforeach()
endif()
