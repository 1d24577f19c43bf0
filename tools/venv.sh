#!/bin/sh
# Make the virtual environment $1 with the newest suitable Python, also where Debian's python3-venv is missing.
set -eu
venv=$1

suits() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

python=
for candidate in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
    if suits "$candidate"; then
        python=$candidate
        break
    fi
done
if [ -z "$python" ]; then
    echo "Osler needs Python 3.11 or newer. Install one, or name it: make PYTHON=/path/to/python3 …" >&2
    exit 1
fi

# A run that was stopped half-way leaves an environment without pip: start afresh.
rm -rf "$venv"

if "$python" -c 'import ensurepip, venv' 2>/dev/null && "$python" -m venv "$venv" >/dev/null; then
    exit 0
fi
if command -v virtualenv >/dev/null && virtualenv -q -p "$python" "$venv"; then
    exit 0
fi
if command -v uv >/dev/null && uv venv -q --seed -p "$python" "$venv"; then
    exit 0
fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    echo "Installing Debian's python$version-venv …"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "python$version-venv" </dev/null >/dev/null
    rm -rf "$venv"
    "$python" -m venv "$venv"
    exit 0
fi
echo "This Python cannot make virtual environments. On Debian: apt install python3-venv" >&2
exit 1
