#!/bin/sh
# Make .venv and install the pinned dependencies in it: `install.sh run` or `install.sh dev`.
# With uv on the PATH it takes seconds, with pip alone minutes. Nothing else is needed than
# Python 3.11 or newer.
set -eu
set_name=$1
venv=.venv

python_to_use() {
    for candidate in "${PYTHON:-}" python3 python3.13 python3.12 python3.11 python; do
        if [ -n "$candidate" ] && "$candidate" -c \
            'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    echo "Quartier needs Python 3.11 or newer; set PYTHON=/path/to/python3" >&2
    exit 1
}

python=$(python_to_use)
if command -v uv >/dev/null 2>&1; then
    [ -x $venv/bin/python ] || uv venv --quiet --python "$python" $venv
    uv pip install --quiet --python $venv/bin/python --require-hashes -r "requirements/$set_name.txt"
    uv pip install --quiet --python $venv/bin/python --no-deps --no-build-isolation -e .
else
    [ -x $venv/bin/pip ] || "$python" -m venv $venv
    echo "Installing with pip; this takes a few minutes (with uv it takes seconds)." >&2
    # The pins are complete, so nothing is left to resolve; pip's resolver, asked for hashes, also
    # refuses a pinned package that another one names with an extra.
    pip="$venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps"
    $pip --require-hashes -r "requirements/$set_name.txt"
    $pip --no-build-isolation -e .
fi
touch "$venv/.$set_name"
