#!/bin/sh
# What the tests need beside Python packages: PostgreSQL's server programs (each test run starts a server of its own),
# Chromium with some fonts, in which the pages are looked at, HAProxy and nginx, through which calls are placed, and wrk,
# which places many at once.
# Quick when they are there. Installs them when it may; otherwise says how.
set -eu

find_postgres() {
    command -v initdb >/dev/null 2>&1 && return 0
    for directory in /usr/lib/postgresql/*/bin; do
        [ -x "$directory/initdb" ] && return 0
    done
    return 1
}

# Either will do; the first has no window to draw, and takes two thirds of the other's time.
find_chromium() {
    [ -x /usr/bin/chromium-headless-shell ] || [ -x /usr/bin/chromium ]
}

# Debian has them in /usr/sbin, which is not on everybody's PATH.
find_proxy() {
    PATH="$PATH:/usr/sbin:/usr/local/sbin" command -v "$1" >/dev/null 2>&1
}

install_packages() {
    # Only the programs: without this PostgreSQL's package makes a database cluster of its own and starts it.
    made=''
    trap 'rm -f $made' EXIT
    conf=/etc/postgresql-common/createcluster.d/hotline-tests.conf
    if [ ! -e "$conf" ]; then
        made="$made $conf"
        mkdir -p "${conf%/*}"
        echo 'create_main_cluster = false' >"$conf"
    fi
    # Nor are proxies to be started: this tells Debian's packages so.
    policy=/usr/sbin/policy-rc.d
    if [ ! -e "$policy" ]; then
        made="$made $policy"
        printf '#!/bin/sh\nexit 101\n' >"$policy"
        chmod 755 "$policy"
    fi
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    # shellcheck disable=SC2086 # several words
    apt-get install -y -qq --no-install-recommends $1
}

missing=''
find_postgres || missing="$missing postgresql"
find_chromium || missing="$missing chromium-headless-shell fonts-noto-core"
find_proxy haproxy || missing="$missing haproxy"
find_proxy nginx || missing="$missing nginx"
command -v wrk >/dev/null 2>&1 || missing="$missing wrk"
[ -z "$missing" ] && exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "The tests need more programs: installing$missing..."
    install_packages "$missing"
    find_postgres || { echo "The package postgresql is installed, but initdb is nowhere to be found." >&2; exit 1; }
    find_chromium || { echo "The package chromium-headless-shell is installed, but not /usr/bin/chromium-headless-shell." >&2; exit 1; }
    exit 0
fi

{
    echo "The tests need programs that are not on this machine:$missing."
    echo "  Debian, Ubuntu:  sudo apt-get install$missing"
    echo "  Elsewhere:       PostgreSQL's server package, with initdb on the PATH; Chromium as /usr/bin/chromium;"
    echo "                   HAProxy 2.2 or later, nginx and wrk on the PATH"
} >&2
exit 1
