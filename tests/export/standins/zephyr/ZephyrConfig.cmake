# The part of Zephyr's build that a module and its sample touch, on this computer: the CMake package
# that find_package(Zephyr) finds, CONFIG_ symbols from prj.conf, modules by their zephyr/module.yml,
# and the zephyr_ functions they call, which take only what Zephyr's own take.
cmake_policy(VERSION 3.20)
project(Zephyr-Kernel C)

add_library(zephyr_interface INTERFACE)
target_compile_options(zephyr_interface INTERFACE -std=c99 -O1 -Wall -Wextra -Wconversion -Wpedantic -Werror)
add_library(app OBJECT)
target_link_libraries(app PRIVATE zephyr_interface)
set_property(GLOBAL PROPERTY ZEPHYR_LIBS "")

function(zephyr_library_named name)
    add_library(${name} STATIC)
    target_link_libraries(${name} PRIVATE zephyr_interface)
    set_property(GLOBAL APPEND PROPERTY ZEPHYR_LIBS ${name})
    set(ZEPHYR_CURRENT_LIBRARY ${name} PARENT_SCOPE)
endfunction()

function(zephyr_library_sources)
    target_sources(${ZEPHYR_CURRENT_LIBRARY} PRIVATE ${ARGV})
endfunction()

function(zephyr_include_directories)
    foreach(folder ${ARGV})
        get_filename_component(path ${folder} ABSOLUTE)
        target_include_directories(zephyr_interface INTERFACE ${path})
    endforeach()
endfunction()

function(zephyr_compile_definitions)
    target_compile_definitions(zephyr_interface INTERFACE ${ARGV})
endfunction()

file(STRINGS ${PROJECT_SOURCE_DIR}/prj.conf lines REGEX "^CONFIG_")
foreach(line ${lines} ${STANDIN_CONF})
    string(REGEX MATCH "^(CONFIG_[A-Z0-9_]+)=(.*)$" line ${line})
    set(${CMAKE_MATCH_1} ${CMAKE_MATCH_2})
endforeach()

foreach(module ${EXTRA_ZEPHYR_MODULES})
    file(STRINGS ${module}/zephyr/module.yml lines REGEX "^ *(name|cmake|kconfig):")
    foreach(line ${lines})
        string(REGEX MATCH "^ *(name|cmake|kconfig): *(.*)$" line ${line})
        set(module_${CMAKE_MATCH_1} ${CMAKE_MATCH_2})
    endforeach()
    if(NOT EXISTS ${module}/${module_kconfig})
        message(FATAL_ERROR "${module}/zephyr/module.yml: kconfig names no file")
    endif()
    add_subdirectory(${module}/${module_cmake} ${CMAKE_BINARY_DIR}/modules/${module_name})
endforeach()

get_property(libraries GLOBAL PROPERTY ZEPHYR_LIBS)
add_executable(zephyr_image $<TARGET_OBJECTS:app>)
target_link_libraries(zephyr_image PRIVATE ${libraries})
