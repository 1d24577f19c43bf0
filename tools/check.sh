#!/bin/sh
# Every check but the tests. All of them run, so that one run shows everything; the exit code tells whether all passed.
set -u
bin=.venv/bin
failed=

run() {
    title=$1
    shift
    printf -- '-- %s\n' "$title"
    "$@" || failed="$failed, $title"
}

types_of_scripts() {
    if [ -f tsconfig.json ] && [ -x node_modules/.bin/tsc ]; then
        node_modules/.bin/tsc --noEmit
    else
        echo "skipped: node_modules has no tsc"
    fi
}

run "lint" "$bin/ruff" check .
run "format" "$bin/ruff" format --check .
run "types" "$bin/pyright"
run "layers" "$bin/lint-imports"
run "lock files" "$bin/python" tools/lock.py check
run "types of scripts" types_of_scripts
run "architecture" "$bin/python" -m pytest -q tests/architecture

if [ -n "$failed" ]; then
    echo "make check: not clean: ${failed#, }"
    exit 1
fi
echo "make check: clean"
