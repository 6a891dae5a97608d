# attest_library(NAME [DEPS lib…] [LINK lib…]): one static library `attest_NAME` from the sources of this folder
# (subfolders are listed by the folder itself with target_sources).
function(attest_library name)
  cmake_parse_arguments(ARG "" "" "DEPS;LINK" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cc")
  list(FILTER sources EXCLUDE REGEX "/main\\.cc$")
  if(sources)
    add_library(attest_${name} STATIC ${sources})
    set(visibility PUBLIC)
  else()
    add_library(attest_${name} INTERFACE)
    set(visibility INTERFACE)
  endif()
  target_include_directories(attest_${name} ${visibility} "${CMAKE_SOURCE_DIR}")
  target_link_libraries(attest_${name} ${visibility} attest_options)
  foreach(dep IN LISTS ARG_DEPS)
    target_link_libraries(attest_${name} ${visibility} attest_${dep})
  endforeach()
  target_link_libraries(attest_${name} ${visibility} ${ARG_LINK})
endfunction()

# attest_test(NAME LIBS… [TOGETHER PATTERN]): one gtest program `NAME_test` from the sources of tests/NAME, registered with
# ctest test by test; those whose names match PATTERN run in one process, as they share something that takes long to start.
function(attest_test name)
  cmake_parse_arguments(ARG "" "TOGETHER" "" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.cc")
  if(NOT sources)
    return()
  endif()
  add_executable(${name}_test ${sources})
  foreach(dep IN LISTS ARG_UNPARSED_ARGUMENTS)
    target_link_libraries(${name}_test PRIVATE attest_${dep})
  endforeach()
  target_include_directories(${name}_test PRIVATE "${CMAKE_SOURCE_DIR}")
  target_compile_definitions(${name}_test PRIVATE ATTEST_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  target_link_libraries(${name}_test PRIVATE GTest::gtest GTest::gmock GTest::gtest_main)
  set(filter)
  if(ARG_TOGETHER)
    set(filter TEST_FILTER "-${ARG_TOGETHER}")
    add_test(NAME ${name}_together COMMAND ${name}_test "--gtest_filter=${ARG_TOGETHER}" WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}")
    set_tests_properties(${name}_together PROPERTIES TIMEOUT ${ATTEST_TEST_TIMEOUT} LABELS ${name})
  endif()
  gtest_discover_tests(${name}_test WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}" DISCOVERY_TIMEOUT 120 ${filter}
                       PROPERTIES TIMEOUT ${ATTEST_TEST_TIMEOUT} LABELS ${name})
endfunction()

# Seconds that one test may take. Instrumented code is slower, so presets with a sanitizer raise the factor; the
# limit itself stays as it is for the program that people run.
set(ATTEST_TEST_TIME_FACTOR 1 CACHE STRING "How much slower than a release build the tests may be")
math(EXPR ATTEST_TEST_TIMEOUT "900 * ${ATTEST_TEST_TIME_FACTOR}")

add_library(attest_options INTERFACE)
target_compile_options(attest_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wno-missing-field-initializers
                       -ffp-contract=off)
# GCC 12 warns of overlapping copies in its own std::string where there are none (GCC bug 105651, mended in 13).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  target_compile_options(attest_options INTERFACE -Wno-restrict)
endif()

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()
