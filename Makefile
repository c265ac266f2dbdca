# Two commands on a fresh machine: `make demo` and `make test`. Both set up .venv first.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: setup wheel demo test check bench slow mutants clean

setup: .venv/.ready

.venv/.requirements: requirements.lock
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	touch $@

# pip keeps what the build says to itself, so whether there are kernels now is asked afterwards
.venv/.ready: .venv/.requirements pyproject.toml setup.py $(wildcard elman/csrc/*)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@$(BIN)/python -c "from elman import native; print('C++ kernels:', native.missing() or native.isa())"
	touch $@

# into dist; build/lib is where setuptools would find modules that are gone
wheel: setup
	rm -rf build/lib* dist
	$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation -w dist .
	@ls dist

demo: setup
	$(BIN)/elman demo

# on two processes; a file of tests stays on one, for what its tests share; the longest begin first
test: setup
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder tests/test_chapter.py tests/packaging tests

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

# breaks the kernels, and the Python above them, one change at a time, and demands a red test for each
mutants: setup
	$(BIN)/python tests/mutate_kernels.py
	$(BIN)/python tests/mutate_python.py

clean:
	rm -rf .venv build dist demo-model elman/_native.so
