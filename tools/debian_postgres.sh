#!/usr/bin/env bash
# Run a command with OSLER_TEST_DATABASE_URL set to a fresh PostgreSQL cluster of the operating system's own packages.
# The cluster lives in a temporary folder, listens on a Unix socket only, and is gone afterwards.
# Where there is no such server it says so and runs nothing; CI tries to install one first.
set -euo pipefail

newest_server() { ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1; }

bin=$(newest_server || true)
if [ -z "$bin" ] && [ "${CI:-}" = true ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing Debian's PostgreSQL …"
    export DEBIAN_FRONTEND=noninteractive
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends postgresql; } >/dev/null 2>&1 || true
    bin=$(newest_server || true)
fi
if [ -z "$bin" ]; then
    echo "No PostgreSQL under /usr/lib/postgresql: the tests on the system's own server were skipped."
    exit 0
fi

# PostgreSQL refuses to run as root; Debian's package brings a user for it.
as_server=()
if [ "$(id -u)" = 0 ]; then
    as_server=(runuser -u postgres --)
fi

home=$(mktemp -d /tmp/osler-pg.XXXXXX)
if [ "$(id -u)" = 0 ]; then
    chown postgres "$home"
fi
stop() {
    "${as_server[@]}" "$bin/pg_ctl" -D "$home/data" -m immediate -w stop >/dev/null 2>&1 || true
    rm -rf "$home"
}
trap stop EXIT

cd "$home"
"${as_server[@]}" "$bin/initdb" -D "$home/data" -U osler -A trust -E UTF8 --locale=C --no-sync >/dev/null
"${as_server[@]}" "$bin/pg_ctl" -D "$home/data" -l "$home/log" -w \
    -o "-c listen_addresses='' -c unix_socket_directories='$home' -c fsync=off -c autovacuum=off -c max_connections=200" start >/dev/null
"${as_server[@]}" "$bin/createdb" -h "$home" -U osler osler
cd "$OLDPWD"

echo "On $("$bin/postgres" --version):"
OSLER_TEST_DATABASE_URL="postgresql://osler@/osler?host=$home" "$@"
