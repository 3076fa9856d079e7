# Functions that the scripts of this project share. They are for bash.

# say TEXT: a progress line with the seconds since the script began.
say() {
    local bold='' plain=''
    if [ -t 1 ]; then
        bold=$'\033[1m' plain=$'\033[0m'
    fi
    printf '%s[%4ss]%s %s\n' "$bold" "$SECONDS" "$plain" "$*"
}

# die TEXT: ends the script with a reason.
die() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

# find_cargo: puts cargo on the search path when rustup has installed it in its usual place.
find_cargo() {
    if ! command -v cargo >/dev/null && [ -x "$HOME/.cargo/bin/cargo" ]; then
        export PATH="$HOME/.cargo/bin:$PATH"
    fi
    command -v cargo >/dev/null || die "cargo is missing: install Rust as https://rustup.rs says"
}

# install_packages WHY PACKAGE...: installs Debian packages, as root or through sudo.
install_packages() {
    local why=$1
    shift
    local as_root=()
    command -v apt-get >/dev/null || die "$why is missing and there is no apt-get: please install it (Debian calls it $*)"
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || die "$why is missing: as root, run apt-get install $*"
        as_root=(sudo)
    fi
    say "$why is missing, installing $*"
    if [ -z "${package_lists_are_fresh:-}" ]; then
        "${as_root[@]}" apt-get update -qq
        package_lists_are_fresh=yes
    fi
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

# need_c_compiler: compiling SQLite, libpq and the allocator from source needs a C compiler and make.
need_c_compiler() {
    command -v cc >/dev/null && command -v make >/dev/null || install_packages "a C compiler" build-essential
}

# need_cargo_tool NAME VERSION: puts a program of crates.io on the search path, built into the target directory unless the
# machine has that version.
need_cargo_tool() {
    local tools=${CARGO_TARGET_DIR:-target}/tools
    PATH=$(mkdir -p "$tools" && cd "$tools" && pwd)/bin:$PATH
    if [ "$("$1" --version 2>/dev/null)" != "$1 $2" ]; then
        say "$1 $2 is missing, building it"
        env -u CARGO_TARGET_DIR cargo install --quiet --debug --locked --root "$tools" "$1" --version "$2"
    fi
}
