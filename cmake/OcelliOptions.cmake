# Compiler settings of our own code: everything links ocelli_options, nothing is set globally for other people's code.
set(OCELLI_SANITIZE "" CACHE STRING "Sanitizers for our code, as in -fsanitize=: address,undefined or thread; empty for none")

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Build type" FORCE)
endif()

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  # base_dir makes clones in other folders share the cache
  set(_ocelli_launcher ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} CCACHE_NOHASHDIR=1
                       CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE_PROGRAM})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${_ocelli_launcher})
  set(CMAKE_C_COMPILER_LAUNCHER ${_ocelli_launcher})
endif()

add_library(ocelli_options INTERFACE)
target_compile_options(ocelli_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wcast-align
                                                -Wformat=2 -Wno-missing-field-initializers -Werror)
# what goes wrong in the middle of a coroutine is found by the debugger only with frame pointers
target_compile_options(ocelli_options INTERFACE -fno-omit-frame-pointer)
target_compile_definitions(ocelli_options INTERFACE BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_DISABLE_BOOST_COROUTINE)

if(OCELLI_SANITIZE)
  # Null references inside CAF's init_fun_factory.hpp, and compile time: docs/architecture.md, "Sanitizers".
  set(_ocelli_sanitize -fsanitize=${OCELLI_SANITIZE})
  if(OCELLI_SANITIZE MATCHES "undefined")
    list(APPEND _ocelli_sanitize -fno-sanitize=null,alignment,vptr,object-size -fno-sanitize-recover=all)
  endif()
  if(OCELLI_SANITIZE MATCHES "thread")
    target_compile_options(ocelli_options INTERFACE -Wno-tsan)
  endif()
  target_compile_options(ocelli_options INTERFACE ${_ocelli_sanitize})
  target_link_options(ocelli_options INTERFACE ${_ocelli_sanitize})
endif()
