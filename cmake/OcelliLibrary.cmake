# ocelli_add_library(NAME FOLDERS folder... SOURCES file...)
#
# A static library of our own. Its users see the headers of FOLDERS (paths below the project's root), and of what it
# links, and no others: every library has an include directory of its own, made of links, so that an include against
# the direction of dependencies does not build.
function(ocelli_add_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "FOLDERS;SOURCES")
  add_library(${name} STATIC ${arg_SOURCES})
  set(include "${PROJECT_BINARY_DIR}/include/${name}")
  foreach(folder IN LISTS arg_FOLDERS)
    get_filename_component(parent "${include}/${folder}" DIRECTORY)
    file(MAKE_DIRECTORY "${parent}")
    file(CREATE_LINK "${PROJECT_SOURCE_DIR}/${folder}" "${include}/${folder}" SYMBOLIC)
  endforeach()
  target_include_directories(${name} PUBLIC "${include}")
  target_link_libraries(${name} PRIVATE ocelli_options)
endfunction()
