#!/usr/bin/env bash
# Writes requirements.lock: every package of every member and of the tools, with hashes, for every
# platform, without a single address. `make lock UPGRADE=--upgrade` takes newer versions.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/index.sh
python=${UV_PYTHON:-.venv/bin/python}
hand_index_to_uv "$python"

members=(shared/pyproject.toml services/*/pyproject.toml portal/pyproject.toml deploy/pyproject.toml)
without=()
for member in "${members[@]}"; do
    name=$(sed -n 's/^name = "\(.*\)"$/\1/p' "$member" | head -n 1)
    without+=(--no-emit-package "$name")
done
"${UV:-.venv/bin/uv}" pip compile --quiet --universal --python-version 3.11 --generate-hashes \
    --custom-compile-command "make lock" --no-emit-index-url --no-emit-find-links "${without[@]}" \
    --group dev --all-extras --output-file requirements.lock "$@" \
    pyproject.toml "${members[@]}"
if grep -n '://' requirements.lock; then
    echo "requirements.lock holds an address (above); it must not." >&2
    exit 1
fi
printf 'requirements.lock: %s packages\n' "$(grep -c '^[a-z0-9].*==' requirements.lock)"
