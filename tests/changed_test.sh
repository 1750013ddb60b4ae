#!/usr/bin/env bash
# tests/changed names the folder of a change and those that include it, and no others.
set -euo pipefail
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
failures=0

# reaches FILES YES NO: the change of FILES reaches each of YES and none of NO.
reaches() {
    local said name
    said=$("$here/changed" $1)
    for name in $2; do
        grep -qx "$name" <<<"$said" || { echo "$1 does not reach $name"; failures=1; }
    done
    for name in $3; do
        ! grep -qx "$name" <<<"$said" || { echo "$1 reaches $name"; failures=1; }
    done
}
reaches space/network.hpp 'space nas train export apps fuzz golden' ''
reaches nas/search.cpp 'nas train apps' 'space export'
reaches train/trainer.cpp 'train apps' 'space nas export'
reaches export/runtime.cpp 'export apps nas golden' 'space'
reaches apps/nanonas/main.cpp 'apps' 'space nas train export'
reaches tests/nas/search_test.cpp 'nas' 'space train export apps'
reaches tests/space/budget_test.cpp 'space' 'nas train export apps golden'
reaches cmake/rooms.cmake 'space nas train export apps golden' ''
reaches 'README.md docs/guide.md' '' 'space nas train export apps golden'
reaches 'docs/guide.md nas/search.cpp train/trainer.cpp' 'nas train' 'space'
exit $failures
