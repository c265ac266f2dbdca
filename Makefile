# Two commands on a fresh machine: `make demo` and `make test`. Both set up .venv first.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: setup demo test check bench slow mutants clean

setup: .venv/.ready

.venv/.ready: requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

demo: setup
	$(BIN)/elman demo

test: setup
	$(BIN)/python -m pytest

check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

# layer speed on this machine; elman bench --help says how and what else
bench: setup
	$(BIN)/elman bench

# trains on real sets, ELMAN_DATA names the folder that holds them; kernels under sanitizers
slow: setup
	$(BIN)/python -m pytest -m slow

# breaks the kernels in a hundred ways, one at a time, and demands a red test for each
mutants: setup
	$(BIN)/python tests/mutate_kernels.py

clean:
	rm -rf .venv demo-model
