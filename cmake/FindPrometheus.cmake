# Finds the core of prometheus-cpp: data model and text format. Debian's own CMake package also asks for a web server,
# curl and zlib, which its other parts need.
#
#   find_package(Prometheus REQUIRED)
#
# Target: Prometheus::core
include(FindPackageHandleStandardArgs)

find_path(Prometheus_INCLUDE_DIR prometheus/text_serializer.h)
find_library(Prometheus_core_LIBRARY prometheus-cpp-core)

find_package_handle_standard_args(Prometheus REQUIRED_VARS Prometheus_INCLUDE_DIR Prometheus_core_LIBRARY)

if(Prometheus_FOUND AND NOT TARGET Prometheus::core)
  add_library(Prometheus::core UNKNOWN IMPORTED)
  set_target_properties(Prometheus::core PROPERTIES IMPORTED_LOCATION "${Prometheus_core_LIBRARY}"
                                                    INTERFACE_INCLUDE_DIRECTORIES "${Prometheus_INCLUDE_DIR}")
endif()
