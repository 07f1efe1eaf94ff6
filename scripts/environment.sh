# shellcheck shell=bash
# What the scripts beside it share, to be sourced: where the tree is, their --help, and a machine that can build it.

set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)

# What is fetched where Swift is missing, and who signs it.
swift_version=6.3.1
swift_signing_key=52BB7E3DE28A71BE22EC05FFEF80A866B47A981F
swift_image=swift:6.3-bookworm
oldest_swift=6.2

# The Swift files that scripts/format writes and scripts/check reads.
# shellcheck disable=SC2034
swift_files=(Package.swift Sources Benchmarks Tests)

fail() {
    echo "${0##*/}: $*" >&2
    exit 1
}

# Prints the comment at the head of the script, if that is what the first argument asks for.
help_if_asked() {
    case "${1:-}" in
        -h | --help) sed -n '2,/^$/s/^# \{0,1\}//p' "$0" && exit 0 ;;
    esac
}

# Makes sure of Swift and of the system packages. Takes the script's own arguments: it may start over in a container.
prepare() {
    find_swift "$@"
    "$root/scripts/install-dependencies"
}

# Has a build say from which commit it is made, and whether it holds more than that.
name_commit() {
    local commit
    commit=$(git -C "$root" rev-parse HEAD 2>/dev/null) || return 0
    git -C "$root" diff --quiet HEAD 2>/dev/null || commit+=-modified
    export WECOM_ROUTER_COMMIT=$commit
}

# Makes sure of Swift alone.
find_swift() {
    if ! command -v swift >/dev/null; then
        local platform fetched=${XDG_CACHE_HOME:-$HOME/.cache}/wecom-router/swift-$swift_version
        platform=$(swift_platform)
        [ -n "$platform" ] || continue_in_container "$@"
        [ -x "$fetched/usr/bin/swift" ] || fetch_swift "$platform" "$fetched"
        export PATH="$fetched/usr/bin:$PATH"
    fi
    local version
    version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9][0-9.]*\).*/\1/p') || true
    if [ "$(printf '%s\n' "$oldest_swift" "${version:-0}" | sort --version-sort | head -n 1)" != "$oldest_swift" ]; then
        fail "$(command -v swift) is Swift ${version:-of an unknown version}, and $oldest_swift or later is needed." \
            "Update it, or take it out of PATH to have $swift_version fetched."
    fi
}

# What swift.org calls this system, or nothing where it has no toolchain for it.
swift_platform() {
    local system
    # shellcheck source=/dev/null
    system=$(. /etc/os-release && echo "$ID${VERSION_ID:-}")
    case "$system $(uname -m)" in
        "debian12 x86_64" | "ubuntu24.04 x86_64") echo "$system" ;;
        "debian12 aarch64" | "ubuntu24.04 aarch64") echo "$system-aarch64" ;;
    esac
}

# Unpacks the official toolchain for platform $1 into $2, a directory of the user's own, if its signature is good.
# No test runs this: it downloads about 1 GB.
fetch_swift() {
    echo "Swift is missing: fetching $swift_version for $1 from swift.org into $2" >&2
    "$root/scripts/install-dependencies" --with-toolchain

    local work release=swift-$swift_version-RELEASE
    local url=https://download.swift.org/${release%RELEASE}release/${1//./}/$release/$release-$1.tar.gz
    mkdir -p "$(dirname "$2")"
    work=$(mktemp -d "$2.XXXXXX")
    mkdir -m 0700 "$work/keys" "$work/toolchain"
    curl -fsSL --retry 3 https://swift.org/keys/all-keys.asc | gpg --homedir "$work/keys" --batch --quiet --import
    curl -fL --retry 3 --progress-bar -o "$work/archive" "$url"
    curl -fsSL --retry 3 -o "$work/archive.sig" "$url.sig"
    gpg --homedir "$work/keys" --batch --status-fd 1 --verify "$work/archive.sig" "$work/archive" \
        >"$work/verdict" || true
    grep -q "^\[GNUPG:\] VALIDSIG .*$swift_signing_key" "$work/verdict" ||
        fail "the download is not signed by Swift's release key $swift_signing_key; it is in $work"
    tar -xzf "$work/archive" --directory "$work/toolchain" --strip-components=1
    mv -T "$work/toolchain" "$2"
    rm -rf "$work"
}

# Starts the same script over in Swift's own image. No test runs this: it needs Docker.
continue_in_container() {
    command -v docker >/dev/null ||
        fail "there is no Swift here, and swift.org has none for this system." \
            "Install Swift $oldest_swift or later, or Docker."
    echo "Swift is missing: continuing in a container of $swift_image" >&2
    mkdir -p "$root/.build"
    local options=(--rm --interactive --init --network host --workdir "$PWD")
    options+=(--volume "$root:$root" --volume "wecom-router-build:$root/.build")
    [[ "$PWD/" == "$root/"* ]] || options+=(--volume "$PWD:$PWD")
    [ -t 0 ] && [ -t 1 ] && options+=(--tty)
    exec docker run "${options[@]}" "$swift_image" "$root/scripts/${0##*/}" "$@"
}
