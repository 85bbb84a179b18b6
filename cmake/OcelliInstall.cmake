# ocelli_install(TARGET)
#
# `cmake --install` makes a folder that can be moved: bin/ocelli, share/ocelli with what it reads, and lib/ocelli with
# LibTorch, in the layout in which its libraries find each other. Component libtorch is LibTorch alone.
function(ocelli_install target)
  set_target_properties(${target} PROPERTIES INSTALL_RPATH "\$ORIGIN/../lib/ocelli/torch/lib")
  install(TARGETS ${target} RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
  install(DIRECTORY "${LIBTORCH_ROOT}/lib/" DESTINATION lib/ocelli/torch/lib COMPONENT libtorch
          FILES_MATCHING PATTERN "*.so*")
  install(DIRECTORY "${LIBTORCH_ROOT}/../nvidia" DESTINATION lib/ocelli COMPONENT libtorch OPTIONAL
          FILES_MATCHING PATTERN "*.so*")
endfunction()
