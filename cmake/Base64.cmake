# aklomp's base64 (SIMD, run-time choice of instruction set). Not in Debian; scripts/setup unpacks it from the source
# distribution of pybase64, which carries it whole.
set(OCELLI_BASE64_ROOT "${PROJECT_SOURCE_DIR}/build/dependencies/base64" CACHE PATH "Sources of aklomp's base64")
if(NOT EXISTS "${OCELLI_BASE64_ROOT}/CMakeLists.txt")
  message(FATAL_ERROR "No base64 sources in ${OCELLI_BASE64_ROOT}: run ./scripts/setup")
endif()
set(BASE64_BUILD_CLI OFF CACHE BOOL "" FORCE)
set(BASE64_WERROR OFF CACHE BOOL "" FORCE)
set(BASE64_BUILD_TESTS OFF CACHE BOOL "" FORCE)
set(BASE64_WITH_OpenMP OFF CACHE BOOL "" FORCE)
set(BUILD_SHARED_LIBS OFF)
add_subdirectory("${OCELLI_BASE64_ROOT}" "${PROJECT_BINARY_DIR}/base64" EXCLUDE_FROM_ALL SYSTEM)
