#!/bin/sh
# What the tests need beside Python packages: PostgreSQL's server programs (each test run starts a server of its own).
# Quick when they are there. Installs them when it may; otherwise says how.
set -eu

find_postgres() {
    command -v initdb >/dev/null 2>&1 && return 0
    for directory in /usr/lib/postgresql/*/bin; do
        [ -x "$directory/initdb" ] && return 0
    done
    return 1
}

install_postgres() {
    # Only the programs: without this the package makes a database cluster of its own and starts it.
    conf=/etc/postgresql-common/createcluster.d/hotline-tests.conf
    if [ ! -e "$conf" ]; then
        trap 'rm -f "$conf"' EXIT
        mkdir -p "${conf%/*}"
        echo 'create_main_cluster = false' >"$conf"
    fi
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends postgresql
}

find_postgres && exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "The tests need PostgreSQL's server programs: installing the package postgresql..."
    install_postgres
    find_postgres && exit 0
    echo "The package postgresql is installed, but initdb is nowhere to be found." >&2
    exit 1
fi

{
    echo "The tests on PostgreSQL need its server programs (initdb, postgres), which are not on this machine."
    echo "  Debian, Ubuntu:  sudo apt-get install postgresql"
    echo "  Elsewhere:       PostgreSQL's server package, with its programs on the PATH"
} >&2
exit 1
