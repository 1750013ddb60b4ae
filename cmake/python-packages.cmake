# Included first of a build by pip: whoever types `pip install` is told at once, and all of it, what to
# install from Debian before.
set(missing "")
foreach(needed
        hwy/highway.h=libhwy-dev
        nlohmann/json.hpp=nlohmann-json3-dev
        spdlog/spdlog.h=libspdlog-dev
        CLI/CLI.hpp=libcli11-dev
        stb/stb_image.h=libstb-dev
        zlib.h=zlib1g-dev
        utf8proc.h=libutf8proc-dev
        flatbuffers/flatbuffers.h=libflatbuffers-dev
        google/protobuf/message.h=libprotobuf-dev
        flatc=flatbuffers-compiler
        protoc=protobuf-compiler
        yaml-cpp/yaml.h=libyaml-cpp-dev
        pkg-config=pkg-config)
    string(REPLACE "=" ";" pair ${needed})
    list(GET pair 0 file)
    list(GET pair 1 package)
    if(file MATCHES "\\.h(pp)?$")
        find_path(found_${package} ${file} NO_CACHE)
    else()
        find_program(found_${package} ${file} NO_CACHE)
    endif()
    if(NOT found_${package})
        list(APPEND missing ${package})
    endif()
endforeach()
if(missing)
    list(JOIN missing " " missing)
    message(FATAL_ERROR "nanonas: libraries are missing; on Debian: apt-get install ${missing}")
endif()
