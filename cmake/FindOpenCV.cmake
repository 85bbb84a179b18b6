# Finds the three OpenCV libraries we use. Debian's small development packages carry no CMake file; the full one,
# libopencv-dev, would bring 684 MB.
#
#   find_package(OpenCV 4.6 REQUIRED)
#
# Targets: OpenCV::core, OpenCV::imgproc, OpenCV::imgcodecs
include(FindPackageHandleStandardArgs)

find_path(OpenCV_INCLUDE_DIR opencv2/core.hpp PATH_SUFFIXES opencv4)
if(OpenCV_INCLUDE_DIR)
  set(_header "${OpenCV_INCLUDE_DIR}/opencv2/core/version.hpp")
  foreach(_part MAJOR MINOR REVISION)
    file(STRINGS "${_header}" _line REGEX "^#define CV_VERSION_${_part} ")
    string(REGEX MATCH "[0-9]+" _${_part} "${_line}")
  endforeach()
  set(OpenCV_VERSION "${_MAJOR}.${_MINOR}.${_REVISION}")
endif()
foreach(_component core imgproc imgcodecs)
  find_library(OpenCV_${_component}_LIBRARY opencv_${_component})
  list(APPEND _required OpenCV_${_component}_LIBRARY)
endforeach()

find_package_handle_standard_args(OpenCV REQUIRED_VARS OpenCV_INCLUDE_DIR ${_required} VERSION_VAR OpenCV_VERSION)

if(OpenCV_FOUND)
  foreach(_component core imgproc imgcodecs)
    if(NOT TARGET OpenCV::${_component})
      add_library(OpenCV::${_component} UNKNOWN IMPORTED)
      set_target_properties(OpenCV::${_component} PROPERTIES IMPORTED_LOCATION "${OpenCV_${_component}_LIBRARY}"
                                                             INTERFACE_INCLUDE_DIRECTORIES "${OpenCV_INCLUDE_DIR}")
      if(NOT _component STREQUAL "core")
        set_property(TARGET OpenCV::${_component} PROPERTY INTERFACE_LINK_LIBRARIES OpenCV::core)
      endif()
    endif()
  endforeach()
endif()
