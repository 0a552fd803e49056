#!/usr/bin/env bash
# Makes .venv from requirements.lock and puts the members of the workspace on its path.
# Does nothing, at once, while neither the lock nor a member's pyproject.toml has changed.
set -euo pipefail
cd "$(dirname "$0")/.."

stamp=.venv/certtrack.stamp
members=(shared/pyproject.toml services/*/pyproject.toml portal/pyproject.toml deploy/pyproject.toml)
wanted=$({ pwd; cat requirements.lock "${members[@]}" tools/bootstrap.sh; } | cksum)
if [ -x .venv/bin/python ] && [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then
    exit 0
fi

suitable() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }
python=
for candidate in ${PYTHON:+"$PYTHON"} python3 python3.14 python3.13 python3.12 python3.11 python; do
    if suitable "$candidate"; then python=$candidate && break; fi
done
if [ -z "$python" ]; then
    echo "Certtrack needs Python 3.11 or newer; found $(python3 --version 2>&1 || echo none)." >&2
    echo "Name another one with PYTHON=/path/to/python make setup" >&2
    exit 1
fi

# What a version manager has compiled, without a profile, can take twice as long as what the
# distribution brings, and does not say so: it is timed.
microseconds() {
    "$1" -c 'import venv, ensurepip
from timeit import repeat
made = "class A:\n def __init__(self): self.b = 1\n def c(self): return self.b"
print(int(1e6 * min(repeat("A().c()", made, number=100_000))))' 2>/dev/null
}

. tools/index.sh
say() { printf 'setup: %s\n' "$*"; }

if ! suitable .venv/bin/python; then
    brought=/usr/bin/python3
    if [ -z "${PYTHON:-}" ] && suitable "$brought" && theirs=$(microseconds "$brought"); then
        # One that can make no environment is slower than any.
        here=$(microseconds "$python" || echo 1000000000)
        if [ "$here" -gt $((theirs * 13 / 10)) ]; then python=$brought; fi
    fi
    say "making .venv with $("$python" --version) ($python)"
    rm -rf .venv
    if ! "$python" -m venv .venv; then
        echo "$python cannot make virtual environments (on Debian: apt-get install python3-venv)." >&2
        exit 1
    fi
fi
venv=.venv/bin/python
rm -f "$stamp"
hand_index_to_uv "$venv"
export VIRTUAL_ENV="$PWD/.venv"

# uv itself comes by the same lock: its lines, with their hashes, and nothing else.
version=$(sed -n 's/^uv==\([^ ;]*\).*/\1/p' requirements.lock)
if [ "$(.venv/bin/uv --version 2>/dev/null | cut -d' ' -f2)" != "$version" ]; then
    say "installing uv $version"
    own=$(mktemp)
    awk '/^uv==/ { on = 1; print; next } /^[^ ]/ { on = 0 } on && /--hash/' requirements.lock |
        sed '$ s/ \\$//' >"$own"
    "$venv" -m pip install --quiet --require-hashes --requirement "$own" ||
        say "uv could not be installed; pip alone will do, more slowly"
    rm -f "$own"
fi

editable=()
for member in "${members[@]}"; do editable+=(--editable "./${member%/pyproject.toml}"); done

say "installing $(grep -c '^[a-z0-9].*==' requirements.lock) packages from requirements.lock"
# With bytecode: the tests start a hundred processes, and each would compile the same sources again.
if .venv/bin/uv pip sync --quiet --compile-bytecode --require-hashes requirements.lock &&
    .venv/bin/uv pip install --quiet --no-deps --no-build-isolation "${editable[@]}"; then
    :
else
    say "uv did not manage; trying with pip"
    "$venv" -m pip install --quiet --require-hashes --requirement requirements.lock
    "$venv" -m pip install --quiet --no-deps --no-build-isolation "${editable[@]}"
fi
# The documents' typefaces are cut once here, so that nobody's first certificate waits.
"$venv" -m shared.typefaces
printf '%s' "$wanted" >"$stamp"
say "done (.venv)"
