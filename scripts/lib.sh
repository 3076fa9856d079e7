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

# find_postgres: prints the directory of the newest PostgreSQL server programs.
find_postgres() {
    local initdb directory
    initdb=$(command -v initdb || true)
    if [ -n "$initdb" ] && [ -x "$(dirname "$(readlink -f "$initdb")")/postgres" ]; then
        dirname "$(readlink -f "$initdb")"
        return
    fi
    for directory in $(printf '%s\n' /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /opt/homebrew/opt/postgresql@*/bin | sort -rV); do
        if [ -x "$directory/initdb" ] && [ -x "$directory/postgres" ]; then
            echo "$directory"
            return
        fi
    done
}

# install_postgres: Debian's package starts its own cluster when it is installed. Nothing here uses it, so this prevents it.
install_postgres() {
    local package=postgresql switch=/etc/postgresql-common/createcluster.d/scimd.conf as_root=()
    [ "$(id -u)" -eq 0 ] || as_root=(sudo)
    install_packages "PostgreSQL" postgresql-common
    "${as_root[@]}" mkdir -p "$(dirname "$switch")"
    echo "create_main_cluster = off" | "${as_root[@]}" tee "$switch" >/dev/null
    if apt-cache show postgresql-15 >/dev/null 2>&1; then
        package=postgresql-15
    fi
    install_packages "PostgreSQL" "$package" || true
    "${as_root[@]}" rm -f "$switch"
}

# choose_database_owner: names in database_owner who runs PostgreSQL, which refuses to run as root.
choose_database_owner() {
    if [ "$(id -u)" -ne 0 ]; then
        database_owner=$(id -un)
    elif id postgres >/dev/null 2>&1; then
        database_owner=postgres
    else
        database_owner=nobody
    fi
}

# need_postgres: names in postgres_bin the directory of PostgreSQL's server programs, installed if they are missing.
need_postgres() {
    postgres_bin=$(find_postgres)
    if [ -z "$postgres_bin" ]; then
        install_postgres
        postgres_bin=$(find_postgres)
    fi
    [ -n "$postgres_bin" ] || die "PostgreSQL's server programs (initdb, postgres) were not found"
}
