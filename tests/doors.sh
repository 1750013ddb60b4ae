#!/usr/bin/env bash
# The doors of the house: which room may include which (docs: CONTRIBUTING.md). Exits 1 on a breach.
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/.."
breaches=0

# forbid FOLDER PATTERN WHY: no file of FOLDER includes anything that matches.
forbid() {
    local found
    found=$(grep -rnE "^ *# *include *[<\"]($2)" --include='*.hpp' --include='*.cpp' --include='*.h' \
        --include='*.inl' "$1")
    if [ -n "$found" ]; then
        printf '%s: %s\n%s\n' "$1" "$3" "$found"
        breaches=1
    fi
}

torch='torch/|ATen|c10/'
forbid space "nas/|train/|export/|apps/" "space/ stands alone"
forbid nas "train/|export/|apps/" "nas/ may include space/ only"
forbid export "train/|nas/|apps/" "export/ may include space/ only"
forbid train "export/|apps/" "train/ may include nas/evaluator.hpp and space/ only"
forbid train 'nas/(strategy|strategies|search|journal|batch|run_lock)' \
    "train/ knows no more of nas/ than its evaluator"
for room in space nas export apps tests; do
    forbid "$room" "$torch" "LibTorch stays inside train/"
done
forbid train/data "$torch" "data sets need no LibTorch"
for header in $(grep -rlE "^ *# *include *[<\"]($torch)" --include='*.hpp' train); do
    case $header in
    train/engine/*) ;; # private to the engines
    *) printf '%s: public headers of train/ are torch-free\n' "$header"; breaches=1 ;;
    esac
done
for file in $(grep -rlE '^ *# *include *[<"]nlohmann' --include='*.hpp' --include='*.cpp' space); do
    case $file in
    space/json/*) ;;
    *) printf '%s: JSON stays in space/json\n' "$file"; breaches=1 ;;
    esac
done
[ $breaches -eq 0 ] && echo "doors: closed where they should be"
exit $breaches
