# Set-up shared by ./nanonas, ./tests/run and .ci/run: sourced by bash, prints to standard error.

project=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
release=$project/build/release

say() { printf 'nanonas: %s\n' "$*" >&2; }

# install_packages NAME...: what is missing, from Debian's archive.
install_packages() {
    local package missing=() as_root=()
    for package in "$@"; do
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] ||
            missing+=("$package")
    done
    [ ${#missing[@]} -eq 0 ] && return 0
    if ! command -v apt-get >/dev/null; then
        say "this system has no apt-get; install by hand: ${missing[*]}"
        return 1
    fi
    if [ "$(id -u)" -ne 0 ]; then
        if ! command -v sudo >/dev/null; then
            say "as root, run: apt-get install --no-install-recommends ${missing[*]}"
            return 1
        fi
        as_root=(sudo)
    fi
    say "installing ${missing[*]}"
    mkdir -p "$project/build"
    (
        flock 9
        "${as_root[@]}" apt-get update -qq >&2 &&
            "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
                apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
    ) 9>"$project/build/.packages.lock"
}

# build_release TARGET...: packages, configuration and build, one process at a time.
build_release() {
    local packages
    mapfile -t packages < <(grep -v '^#' "$project/cmake/debian-packages.txt")
    install_packages "${packages[@]}" || return 1
    mkdir -p "$release"
    (
        flock 9
        if [ ! -f "$release/build.ninja" ]; then
            say "configuring (once)"
            cmake -S "$project" -B "$release" -G Ninja -DCMAKE_BUILD_TYPE=Release \
                >"$release/configure.log" 2>&1 || {
                cat "$release/configure.log" >&2
                exit 1
            }
        fi
        ninja -C "$release" "$@" >&2
    ) 9>"$release/.lock"
}

# changed_files [BASE]: what differs from BASE, committed, not committed, new or gone. Without BASE
# from where the branch left main, on main from the commit before.
changed_files() {
    local base=${1:-}
    if [ -z "$base" ]; then
        base=$(git merge-base HEAD main 2>/dev/null || git rev-parse HEAD)
        [ "$base" != "$(git rev-parse HEAD)" ] || base=$(git rev-parse 'HEAD^')
    fi
    git diff --name-only "$base" -- && git ls-files --others --exclude-standard
}
