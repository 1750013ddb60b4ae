#!/usr/bin/env bash
# doors.sh refuses what is planted in a small tree, by file and line, and nothing else.
set -euo pipefail
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
mkdir -p "$tree"/{space/{json,op},nas,train/{data,engine/{stock,fast/kernels}},export/{native,onnx,tflite/tflm},apps/{pipeline,nanonas/verbs},examples,tests/space,other}
failures=0
fail() { echo "$*"; failures=1; }

plant() { printf '// A file.\n%s\n' "$2" >"$tree/$1"; }

# open FILE INCLUDE: is let through.
open() {
    plant "$1" "$2"
    bash "$here/doors.sh" "$tree" >"$tree/said" || fail "refused: $1: $2: $(cat "$tree/said")"
}
# closed FILE INCLUDE: is refused, with its place, and only that.
closed() {
    plant "$1" "$2"
    if bash "$here/doors.sh" "$tree" >"$tree/said"; then
        fail "let through: $1: $2"
    elif [ "$(wc -l <"$tree/said")" != 1 ] || ! grep -qF "$1:2:" "$tree/said"; then
        fail "not named: $1: $2: $(cat "$tree/said")"
    fi
    rm "$tree/$1"
}

if bash "$here/doors.sh" "$tree" >"$tree/said"; then fail "a tree without includes passes"; fi

open space/a.hpp '#include <vector>'
open space/a.cpp '  #  include "space/a.hpp"'
open space/json/a.cpp '#include <nlohmann/json.hpp>'
open train/a.cpp '#include "nas/evaluator.hpp"'
open train/data/a.cpp '#include <sys/mman.h>'
open train/engine/stock/stock_modules.cpp '#include <torch/torch.h>'
open apps/pipeline/a.cpp '#include "train/engine/a.hpp"'
open apps/nanonas/verbs/a.cpp '#include "apps/pipeline/run.hpp"'
open export/runtime.cpp '#include "export/native/cost.hpp"'
open export/tflite/tflm/a.cpp '#include "export/tflite/a.hpp"'
open examples/a.cpp '#include "nas/search.hpp"'
open tests/space/a.cpp '#include <catch2/catch.hpp>'

closed space/b.cpp '#include "nas/search.hpp"'
closed space/b.cpp '#include <nas/search.hpp>'
closed space/b.cpp '#include "../nas/search.hpp"'
closed space/b.cpp '#include "search.hpp"'
closed space/b.c '# include <nlohmann/json.hpp>'
closed space/b.inl '%: include "space/json/strict.hpp"'
closed space/b.hpp '#include "tests/support/draw.hpp"'
closed space/b.hpp '#include SOMETHING'
closed space/b.hpp '#include <boost/any.hpp>'
closed space/b.hpp '#include <zlib.h>'
closed space/b.hpp '#include <unknown.h>'
closed space/op/b.hpp '#include "space/json/strict.hpp"'
closed space/b.cpp '#include "export/runtime.hpp"'
closed nas/b.cpp '#include "export/runtime.hpp"'
closed nas/b.cpp '#include "train/trainer.hpp"'
closed train/b.cpp '#include "nas/search.hpp"'
closed train/b.hpp '#include <ATen/core/Tensor.h>'
closed train/data/b.cpp '#include <c10/util/Exception.h>'
closed train/engine/b.cpp '#include <c10/util/Exception.h>'
closed train/engine/fast/b.cpp '#include <ATen/core/Tensor.h>'
closed train/engine/fast/kernels/b.cpp '#include <torch/torch.h>'
closed export/b.cpp '#include "apps/nanonas/session.hpp"'
closed export/native/b.cpp '#include "train/data/dataset.hpp"'
closed export/onnx/b.cpp '#include "export/native/cost.hpp"'
closed export/tflite/b.cpp '#include "export/tflite/tflm/cost.hpp"'
closed export/tflite/tflm/b.cpp '#include "export/onnx/onnx_writer.hpp"'
closed export/writer.cpp '#include "export/native/cost.hpp"'
closed apps/pipeline/b.cpp '#include "apps/nanonas/session.hpp"'
closed apps/pipeline/b.cpp '#include <spdlog/spdlog.h>'
closed apps/nanonas/verbs/b.cpp '#include "train/trainer.hpp"'
closed apps/nanonas/b.cpp '#include <torch/torch.h>'
closed examples/b.cpp '#include "apps/nanonas/session.hpp"'
closed examples/b.cpp '#include <nlohmann/json.hpp>'
closed tests/space/b.cpp '#include "apps/nanonas/session.hpp"'
closed tests/b.cpp '#include <vector>'
exit $failures
