# nanonas_library(<name> SOURCES ... [HEADERS ...] [DEPENDS ...] [PRIVATE_DEPENDS ...] [NOT_INSTALLED]):
# one room or part of one. Those of the rooms are installed (cmake/install.cmake) with HEADERS, or with
# every .hpp beside SOURCES where HEADERS is not given; HEADERS NONE: without any. What is installed
# includes nothing but installed headers and the standard library (.ci/examples compiles each alone).
function(nanonas_library name)
    cmake_parse_arguments(ARG "NOT_INSTALLED" "" "SOURCES;HEADERS;DEPENDS;PRIVATE_DEPENDS" ${ARGN})
    add_library(${name} STATIC ${ARG_SOURCES})
    string(REGEX REPLACE "^nanonas_" "" short ${name})
    add_library(nanonas::${short} ALIAS ${name})
    target_compile_features(${name} PUBLIC cxx_std_17)
    target_include_directories(${name} PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>)
    target_link_libraries(${name}
        PUBLIC ${ARG_DEPENDS}
        PRIVATE $<BUILD_INTERFACE:nanonas_warnings> ${ARG_PRIVATE_DEPENDS})
    file(RELATIVE_PATH folder ${PROJECT_SOURCE_DIR} ${CMAKE_CURRENT_SOURCE_DIR})
    if(NOT ARG_NOT_INSTALLED AND folder MATCHES "^(space|nas|train|export|apps/pipeline)(/|$)")
        nanonas_headers(${name} SOURCES ${ARG_SOURCES} HEADERS ${ARG_HEADERS})
        set_property(GLOBAL APPEND PROPERTY NANONAS_INSTALLED ${name})
    endif()
endfunction()

function(nanonas_headers name)
    cmake_parse_arguments(ARG "" "" "SOURCES;HEADERS" ${ARGN})
    if(NOT ARG_HEADERS)
        foreach(source ${ARG_SOURCES})
            get_filename_component(folder ${source} DIRECTORY)
            file(GLOB beside CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${folder}/*.hpp)
            list(APPEND ARG_HEADERS ${beside})
        endforeach()
        list(REMOVE_DUPLICATES ARG_HEADERS)
    elseif(ARG_HEADERS STREQUAL NONE)
        set(ARG_HEADERS "")
    endif()
    target_sources(${name} PUBLIC FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR} FILES ${ARG_HEADERS})
endfunction()

# nanonas_protobuf(<name> <messages>): the messages of <messages>.proto in this folder as C++, made at build
# time: #include "<folder>/<messages>.pb.h". Generated code is not held to our warnings. The full protobuf
# library, not -lite: LibTorch of Debian loads it anyway, and two copies of one runtime in a process do not mix.
function(nanonas_protobuf name messages)
    file(RELATIVE_PATH room ${PROJECT_SOURCE_DIR} ${CMAKE_CURRENT_SOURCE_DIR})
    set(generated ${PROJECT_BINARY_DIR}/generated/${room})
    file(MAKE_DIRECTORY ${generated})
    add_custom_command(
        OUTPUT ${generated}/${messages}.pb.cc ${generated}/${messages}.pb.h
        COMMAND ${PROTOC} --proto_path=${CMAKE_CURRENT_SOURCE_DIR} --cpp_out=${generated}
                ${CMAKE_CURRENT_SOURCE_DIR}/${messages}.proto
        DEPENDS ${messages}.proto
        VERBATIM)
    add_library(${name} STATIC ${generated}/${messages}.pb.cc ${generated}/${messages}.pb.h)
    target_include_directories(${name} SYSTEM PUBLIC $<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/generated>)
    target_link_libraries(${name} PUBLIC PkgConfig::PROTOBUF Threads::Threads)
    set_property(GLOBAL APPEND PROPERTY NANONAS_INSTALLED ${name})
endfunction()

# nanonas_simd_targets(<name>): a library of Highway kernels, each compiled for these targets. Register blocks
# are arrays of vectors, which the targets without a fixed vector size cannot hold; SSSE3 is left out
# because no machine in use stops there. Under the sanitizers AVX2 and the baseline are enough: each target
# is the same source again, and the unrolled blocks take minutes to instrument for each more.
function(nanonas_simd_targets name)
    set(left_out HWY_SVE HWY_SVE2 HWY_SVE_256 HWY_SVE2_128 HWY_RVV HWY_SSSE3)
    if(NANONAS_SANITIZE)
        list(APPEND left_out HWY_SSE4 HWY_AVX3 HWY_AVX3_DL)
    endif()
    list(JOIN left_out "|" left_out)
    target_compile_definitions(${name} PRIVATE "HWY_DISABLED_TARGETS=(${left_out})")
endfunction()

# nanonas_test(<name> [PER_FILE] SOURCES ... [DEPENDS ...]): a Catch2 binary and its CTest entry, or one
# entry for each of its *_test.cpp, <name>_<file>, for binaries that take longer than all others. The
# label is the room: the folder below tests/.
function(nanonas_test name)
    cmake_parse_arguments(ARG "PER_FILE" "TIMEOUT" "SOURCES;DEPENDS" ${ARGN})
    add_executable(${name} ${ARG_SOURCES})
    target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
    target_link_libraries(${name} PRIVATE nanonas_test_main nanonas_warnings ${ARG_DEPENDS})
    if(NOT ARG_TIMEOUT)
        set(ARG_TIMEOUT 600)
    endif()
    set(entries ${name})
    if(ARG_PER_FILE)
        set(entries "")
        list(FILTER ARG_SOURCES INCLUDE REGEX "_test\\.cpp$")
        foreach(source ${ARG_SOURCES})
            get_filename_component(file ${source} NAME_WE)
            string(REGEX REPLACE "_test$" "" part ${file})
            add_test(NAME ${name}_${part} COMMAND ${name} --filenames-as-tags --warn NoTests [\#${file}])
            list(APPEND entries ${name}_${part})
        endforeach()
    else()
        add_test(NAME ${name} COMMAND ${name})
    endif()
    if(ARG_PER_FILE)
        set_tests_properties(${entries} PROPERTIES COST 100)  # started first
    endif()
    file(RELATIVE_PATH folder ${PROJECT_SOURCE_DIR}/tests ${CMAKE_CURRENT_SOURCE_DIR})
    string(REGEX REPLACE "/.*" "" room ${folder})
    set_tests_properties(${entries} PROPERTIES
        TIMEOUT ${ARG_TIMEOUT} SKIP_RETURN_CODE 77 LABELS ${room})
endfunction()
