#!/usr/bin/env bash
# skip_test.sh PROGRAM: a skipped test is told apart from one that passed, and never hides a failure.
# No test warns and returns.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.."
program=$1
failures=0

ends_with() {
    local code=0 expected=$1
    shift
    "$program" "$@" >/dev/null || code=$?
    [ "$code" = "$expected" ] || { echo "$*: exit code $code, not $expected"; failures=1; }
}
ends_with 77 '[.skips]'
ends_with 77 '[.skips],[.passes]'
ends_with 0 '[.passes]'
ends_with 1 '[.fails]'
ends_with 1 '[.fails],[.skips]'
ends_with 1 --warn NoTests '[none]'
said=$("$program" '[.skips]' || true)
grep -qx 'SKIPPED: skips: nothing to run it with' <<<"$said" || { echo "not said: $said"; failures=1; }

if grep -rnE '\bWARN\(' tests --include='*.cpp' --include='*.hpp'; then
    echo "a test that cannot run calls skip() of tests/support/skip.hpp"
    failures=1
fi
exit $failures
