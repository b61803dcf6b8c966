# Two commands do everything on a machine that has Python 3.11+ and make:
#   make demo   creates the environment and plans the shipped demo
#   make test   passes the tests
BIN := .venv/bin
export OPENBLAS_NUM_THREADS ?= 1

.PHONY: demo test check lint types docs format lock clean

demo: .venv/.run
	$(BIN)/quartier plan examples/communes

test: .venv/.dev
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile

# Exactly what continuous integration calls.
check: lint types docs test

lint: .venv/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/.dev
	$(BIN)/mypy

docs: .venv/.dev
	$(BIN)/python -m scenarios.docs --check

format: .venv/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/python -m scenarios.docs --write

.venv/.run: requirements/run.txt pyproject.toml
	sh requirements/install.sh run

.venv/.dev: requirements/dev.txt pyproject.toml
	sh requirements/install.sh dev

# The pins name no host: hashes alone say what is installed. Needs uv.
lock:
	cd requirements && for set in run dev; do \
	  uv pip compile $$set.in --universal --python-version 3.11 --generate-hashes \
	    --no-header --quiet --upgrade -o $$set.txt || exit 1; done

clean:
	rm -rf .venv .mypy_cache .ruff_cache .hypothesis build *.egg-info
