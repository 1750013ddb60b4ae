# Every package the project stands on, found in one place.
set(CMAKE_CXX_STANDARD 17)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

if(PROJECT_IS_TOP_LEVEL AND NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
    set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    # Paths under the checkout are hashed as relative ones: what one clone compiled, the next one finds.
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
        CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${CCACHE_PROGRAM})
    set(CMAKE_C_COMPILER_LAUNCHER ${CMAKE_CXX_COMPILER_LAUNCHER})
endif()

# Seen from the folders of a project that has this one inside, too: it links what we are linked with.
set(CMAKE_FIND_PACKAGE_TARGETS_GLOBAL ON)
# What the installed libraries are linked with is found again by nanonasConfig.cmake.in: add it there.
find_package(Threads REQUIRED)
find_package(ZLIB REQUIRED)
# Highway ships no CMake package in Debian 12; its pkg-config file is enough.
find_package(PkgConfig REQUIRED)
pkg_check_modules(HWY REQUIRED IMPORTED_TARGET GLOBAL libhwy)
pkg_check_modules(PROTOBUF REQUIRED IMPORTED_TARGET GLOBAL protobuf)
pkg_check_modules(UTF8PROC REQUIRED IMPORTED_TARGET GLOBAL libutf8proc)
pkg_check_modules(YAML_CPP REQUIRED IMPORTED_TARGET GLOBAL yaml-cpp)
find_package(nlohmann_json 3.11 REQUIRED)
find_path(STB_INCLUDE_DIR stb_image.h PATH_SUFFIXES stb REQUIRED)
find_program(FLATC flatc REQUIRED)
find_path(FLATBUFFERS_INCLUDE_DIR flatbuffers/flatbuffers.h REQUIRED)
find_program(PROTOC protoc REQUIRED)
if(NANONAS_APPS OR NANONAS_TESTS)
    find_package(CLI11 REQUIRED)
    find_package(spdlog REQUIRED)
endif()

# A translation unit with LibTorch takes about 1 GB: never more than two at once.
set_property(GLOBAL APPEND PROPERTY JOB_POOLS torch=2)

if(NANONAS_LIBTORCH)
    find_package(Torch REQUIRED)
    # Target torch brings what is listed by path, too; paths would stand in the installed files.
    list(FILTER TORCH_LIBRARIES EXCLUDE REGEX "^/")
endif()
if(NANONAS_TESTS)
    find_package(Catch2 2.13 REQUIRED)
endif()
