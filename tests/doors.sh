#!/usr/bin/env bash
# The doors of the house: what each folder may include (docs: CONTRIBUTING.md); everything else is
# refused. Exits 1 on a breach. doors.sh FOLDER checks another tree.
set -euo pipefail
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
cd "${1:-$here/..}"

# FOLDER: WHAT... The longest folder that matches a file rules it, or a rule of its own.
#   system      headers of C++, C and POSIX
#   a/b         headers of that folder      a/b/*   and of those below
#   a/b.hpp     that header                 <a/b*>  what is not ours, by pattern
rules='
space:                      system space space/op space/passes
space/passes:               system space/passes space/op space
space/op:                   system space/op space/shapes.hpp space/errors.hpp
space/spaces:               system space space/op space/spaces
space/json:                 system space/* <nlohmann/*>

nas:                        system nas/* space space/json space/spaces
nas/strategies:             system nas nas/strategies space

train:                      system train train/data train/engine nas/evaluator.hpp space space/json
train/stages:               system train train/stages train/data train/engine space
train/bench:                system train train/bench train/data train/engine/* space space/spaces
train/data:                 system train/data/* space <zlib.h> <stb_image.h> <utf8proc.h>
train/engine:               system train/engine/* train/data space space/spaces
train/engine/stock:         system train/engine train/engine/stock space <torch/*> <ATen/*> <c10/*>
train/engine/fast/kernels:  system train/engine/fast train/engine/fast/kernels train/data space space/op <hwy/*>

export:                     system export export/op export/int8 export/simd space space/passes space/json <nlohmann/*>
export/op:                  system export export/op space
export/int8:                system export export/int8 export/int8/op export/simd space space/passes
export/optimize:            system export export/int8 export/optimize space space/op space/passes
export/simd:                system export export/op export/int8 export/int8/op export/simd
                            export/simd/kernels space
export/simd/kernels:        system export/simd/kernels <hwy/*>
export/zip_archive.cpp:     system export space <zlib.h>
export/format.cpp:          system export export/native/packages export/onnx export/tflite
                            export/tflite/tflm space
export/runtime.cpp:         system export export/native export/tflite/tflm space
export/native:              system export export/native/* export/int8 space space/passes
                            <@name@*>
export/onnx:                system export export/onnx/* export/int8 export/int8/op space space/op
                            space/json/json_text.hpp <nlohmann/*> <google/protobuf/*>
export/pytorch:             system export export/pytorch space
export/tflite:              system export export/tflite export/tflite/op export/int8 space <zlib.h>
export/tflite/op:           system export export/tflite/* export/int8 export/int8/op space
export/tflite/reader:       system export export/tflite export/tflite/op export/tflite/reader
                            export/tflite/tflm/graph.hpp export/int8 space
export/tflite/tflm:         system export export/tflite export/tflite/op export/tflite/tflm export/int8
                            export/native/c_names.hpp export/native/c_tables.hpp
                            export/native/c_vectors.hpp export/native/templates/c_templates.hpp
                            space space/passes <@name@*> <tensorflow/lite/*>
export/device:              system export export/device export/native export/int8 export/simd space
                            <@name@*>

apps/pipeline:              system apps/pipeline/* export export/* nas/* space space/json space/spaces train
                            train/data train/engine train/stages <nlohmann/*>
apps/pipeline/html:         system apps/pipeline apps/pipeline/html apps/pipeline/verbs/answers.hpp
                            apps/pipeline/workers/base64.hpp nas space space/json train
                            <nlohmann/*> <stb_image_write.h>
apps/pipeline/html/sections: system apps/pipeline apps/pipeline/html nas space space/json
apps/pipeline/tensorboard:  system apps/pipeline/tensorboard space <google/protobuf/*>
apps/pipeline/batch:        system apps/pipeline apps/pipeline/batch apps/pipeline/workers nas/* space
                            space/json <nlohmann/*>
                            <yaml-cpp/*>
apps/pipeline/resolve.cpp:  system apps/pipeline export space space/json space/spaces train/engine <dlfcn.h>
apps/nanonas:               system apps/nanonas/* apps/pipeline/* space space/json nas/search.hpp
                            export/int8/calibrate.hpp <nlohmann/*>
apps/nanonas/options:       system apps/nanonas/* apps/pipeline space <CLI/*>
apps/nanonas/display.cpp:   system apps/nanonas apps/pipeline/figures.hpp space <spdlog/*>
apps/nanonas/verbs/bench.cpp:   system apps/nanonas/* space nas/signature.hpp export/runtime.hpp train/bench
apps/nanonas/verbs/bench_search.cpp: system apps/nanonas/* apps/pipeline nas space space/json train/bench
                            train/engine
apps/nanonas/verbs/bench_scaling.cpp: system apps/nanonas/* apps/pipeline nas nas/evaluators space
                            space/json
apps/python:                system apps/python/src apps/pipeline/* nas space space/json train/data
                            train/engine <nanobind/*>

examples:                   system apps/pipeline export/* nas/* space/* train train/data train/engine

tests/space:                system tests/support tests/space/* space/* <catch2/*>
tests/nas:                  system tests/support tests/nas/* nas/* space space/spaces
                            export/runtime.hpp <catch2/*>
tests/train/sizes_test.cpp: system tests/train train train/data nas tests/support/chain_space.hpp <catch2/*>
tests/train:                system tests/support tests/train/* train/* space space/spaces
                            <catch2/*> <zlib.h> <stb_image_write.h>
tests/train/engine:         system tests/train/* tests/support train/* export/pytorch space space/spaces
                            <catch2/*> <torch/*> <ATen/*> <c10/*>
tests/export:               system tests/support tests/export/* export/* space/* <catch2/*> <nlohmann/*>
tests/apps/pipeline/trained_residual_test.cpp: system tests/support tests/train/memory_set.hpp export/*
                            space train <catch2/*>
tests/apps/pipeline:        system tests/support tests/train/memory_set.hpp apps/pipeline apps/pipeline/html
                            apps/pipeline/tensorboard
                            apps/pipeline/verbs nas space space/json space/spaces <catch2/*> <nlohmann/*>
tests/apps/pipeline/batch:  system tests/support apps/pipeline apps/pipeline/batch nas space space/json
                            <catch2/*> <nlohmann/*>
tests/apps/pipeline/workers: system tests/support tests/train/memory_set.hpp
                            tests/apps/pipeline/workers apps/pipeline apps/pipeline/workers nas space
                            space/spaces train/data <catch2/*>
tests/apps:                 system tests/support tests/apps tests/export/pytorch apps/* export/* space/* <catch2/*>
                            <nlohmann/*>
tests/support:              system tests/support space <catch2/*> <dlfcn.h> <hwy/*> <pthread.h>
tests/fuzz:                 system tests/support tests/fuzz apps/* export/* nas/* train/data/* space/*
                            <catch2/*>
tests/peers:                system tests/support tests/export tests/peers apps/* export/*
                            train/data/* space/* <nlohmann/*>
tests/golden:               system tests/support tests/apps tests/export tests/golden export/* nas space
                            <catch2/*>
tests/device:               system tests/export/device export export/device space
tests/bench:                system tests/support tests/export/device export/device export/native space/*
                            <Eigen/*>
'

posix='dirent fcntl limits poll signal spawn stdbool stddef stdint stdio stdlib string time unistd'
# Stand-ins for other people's headers are no room of ours.
find space nas train export apps examples tests -path tests/export/standins -prune -o -type f \
    \( -name '*.[chi]pp' -o -name '*.[ch]' -o -name '*.cc' -o -name '*.hh' -o -name '*.inl' \) -print0 |
    sort -z | xargs -0r grep -nHE '^[[:space:]]*(#|%:)[[:space:]]*(include|import)' |
    awk -v rules="$rules" -v posix="$posix" '
function starts(text, with) { return substr(text, 1, length(with)) == with }
function allowed(entry, header, folder, kind,    stem) {
    if (entry == "system") {
        return kind == "<" && (header ~ /^[a-z_0-9]+$/ || header ~ /^sys\/[a-z]+\.h$/ || (header in is_posix))
    }
    if (entry ~ /^</) {
        stem = substr(entry, 2, length(entry) - 2)
        return sub(/\*$/, "", stem) ? starts(header, stem) : header == stem
    }
    if (kind != "\"") return 0
    if (entry ~ /\.hpp$/) return header == entry
    if (sub(/\/\*$/, "", entry)) return folder == entry || starts(folder, entry "/")
    return folder == entry
}
BEGIN {
    count = split(posix, names, " ")
    for (i = 1; i <= count; i++) is_posix[names[i] ".h"] = 1
    count = split(rules, words, /[ \n]+/)
    for (i = 1; i <= count; i++) {
        if (words[i] ~ /:$/) room = substr(words[i], 1, length(words[i]) - 1)
        else if (words[i] != "") { entries[room] = entries[room] " " words[i] }
    }
}
{
    match($0, /:[0-9]+:/)
    file = substr($0, 1, RSTART - 1)
    place = substr($0, 1, RSTART + RLENGTH - 2)
    text = substr($0, RSTART + RLENGTH)
    if (!match(text, /["<][^">]+[">]/)) { print place ": what is included?" text; bad = 1; next }
    kind = substr(text, RSTART, 1)
    header = substr(text, RSTART + 1, RLENGTH - 2)
    folder = header
    if (!sub(/\/[^\/]*$/, "", folder)) folder = ""

    room = file
    while (!(room in entries) && sub(/\/[^\/]*$/, "", room)) {}
    if (!(room in entries)) { print place ": " room " has no rule"; bad = 1; next }
    checked++
    count = split(entries[room], list, " ")
    for (i = 1; i <= count; i++) if (allowed(list[i], header, folder, kind)) break
    if (i > count) { print place ": " room "/ may not include " header; bad = 1 }
}
END {
    if (!checked) { print "no includes found"; bad = 1 }
    if (!bad) print "doors: " checked " includes, all where they may be"
    exit bad
}'
