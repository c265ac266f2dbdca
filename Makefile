# Two commands on a fresh machine: `make demo` and `make test`. Both set up .venv first.
PYTHON ?= python3
BIN := .venv/bin
PIP := -m pip --quiet --disable-pip-version-check
RELEASE := build/release/bin

# the pages' sources need Node, and driving pages a browser; a user of the package needs neither
NODE := $(shell command -v npm)
PAGES := $(if $(NODE),web/node_modules/.ready)

.PHONY: setup web wheel manylinux sbom audit lock api docs demo test engines check bench sanitize slow mutants clean

setup: .venv/.ready

# torch apart: which build it is, the index decides, so there is no one hash
.venv/.requirements: requirements.lock requirements-torch.txt build/uv/.ready
	$(PYTHON) -m venv .venv
	$(call INSTALL,.venv,requirements.lock)
	$(BIN)/python $(PIP) install -r requirements-torch.txt
	touch $@

# a tenth of pip's time; which reads its own settings, and not pip's, so pip comes after it
INSTALL = build/uv/bin/uv pip install --quiet --python $(1)/bin/python --require-hashes -r $(2) || \
    $(1)/bin/python $(PIP) install --require-hashes -r $(2)
build/uv/.ready: requirements-release.lock
	$(PYTHON) -m venv build/uv
	sed -n '/^uv==/,/[^\\]$$/p' requirements-release.lock > build/uv/requirements.txt
	build/uv/bin/python $(PIP) install --require-hashes -r build/uv/requirements.txt
	touch $@

# pip keeps what the build says to itself, so whether there are kernels now is asked afterwards
.venv/.ready: .venv/.requirements pyproject.toml setup.py $(wildcard elman/csrc/*)
	$(BIN)/python $(PIP) install --no-deps --no-build-isolation -e .
	@$(BIN)/python -c "from elman import native; print('C++ kernels:', native.missing() or native.isa())"
	touch $@

web/node_modules/.ready: web/package-lock.json
	cd web && npm ci --no-audit --no-fund
	touch $@

# elman/web/bundle, which is kept: the script and the styles of each kind of page
web: web/node_modules/.ready
	cd web && npm run build

# into dist, by the locked setuptools alone; build/lib is where it would find modules that are gone
wheel: build/wheel/.ready
	rm -rf build/lib* dist
	build/wheel/bin/python $(PIP) wheel --no-deps --no-build-isolation -w dist .
	@ls dist

build/wheel/.ready: requirements.lock
	$(PYTHON) -m venv build/wheel
	sed -n '/^setuptools==/,/[^\\]$$/p' requirements.lock > build/wheel/requirements.txt
	build/wheel/bin/python $(PIP) install --require-hashes -r build/wheel/requirements.txt
	touch $@

# names the oldest C library that the wheel runs with, this machine's; cibuildwheel takes an older one
manylinux: wheel build/release/.ready
	PATH="$(RELEASE):$$PATH" $(RELEASE)/auditwheel repair -w dist dist/*-linux_*.whl
	rm dist/*-linux_*.whl
	$(RELEASE)/twine check --strict dist/*.whl

# what is in .venv, with licences, in CycloneDX's JSON
sbom: setup build/release/.ready
	mkdir -p dist
	$(RELEASE)/cyclonedx-py environment --pyproject pyproject.toml --mc-type library \
	    --output-reproducible -o dist/elman.cdx.json $(BIN)/python

# known vulnerabilities of what is locked; needs a network
audit: build/release/.ready
	$(RELEASE)/pip-audit --strict --disable-pip -r requirements.lock
	$(RELEASE)/pip-audit --strict --disable-pip -r requirements-engines.lock
	$(RELEASE)/pip-audit --strict --disable-pip --no-deps -r requirements-torch.txt

# keeps the versions that are locked where they still fit; `make lock UPGRADE=--upgrade` takes new ones
LOCK = $(RELEASE)/uv pip compile --quiet --universal --python-version 3.10 --generate-hashes \
    --no-annotate --custom-compile-command "make lock" $(UPGRADE)
lock: build/release/.ready
	$(LOCK) --extra dev --constraint requirements-torch.txt --no-emit-package torch \
	    -o requirements.lock pyproject.toml
	$(LOCK) --group release -o requirements-release.lock
	$(LOCK) $(foreach extra,train parquet translation ray spark,--extra $(extra)) --group engines \
	    --constraint requirements-torch.txt --no-emit-package torch \
	    -o requirements-engines.lock pyproject.toml

build/release/.ready: requirements-release.lock
	$(PYTHON) -m venv build/release
	build/release/bin/python $(PIP) install --require-hashes -r $<
	touch $@

# docs/api.md, out of the docstrings
api: setup
	$(BIN)/python -m tests.test_api

# build/docs, a site that works from files too; strict: no warning, and no address that leads nowhere
docs: setup
	$(BIN)/python -m tests.site

demo: setup
	$(BIN)/elman demo

# on two processes; a file of tests stays on one, for what its tests share, and tests/conftest.py
# has the longest begin first
test: setup $(PAGES)
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

# answers on real engines, Ray and Spark, on this machine; Spark needs Java
engines: setup build/engines/.ready
	OMP_NUM_THREADS=1 PYTHONPATH=$(CURDIR) build/engines/bin/python -m pytest -W default tests/engines

build/engines/.ready: requirements-engines.lock requirements-torch.txt build/uv/.ready
	$(PYTHON) -m venv build/engines
	$(call INSTALL,build/engines,requirements-engines.lock)
	build/engines/bin/python $(PIP) install -r requirements-torch.txt
	touch $@

check: setup $(PAGES)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
ifdef NODE
	cd web && npm run check
	cd web && ELMAN_WEB_OUT=../build/web npm run build
	diff -r build/web elman/web/bundle || { echo "elman/web/bundle is not built of web/src: make web"; exit 1; }
else
	@echo "no Node here: the sources of the pages were not checked"
endif

# layer speed on this machine; elman bench --help says how and what else
bench: setup
	$(BIN)/elman bench

# kernels under address, undefined-behaviour and thread sanitizers, on each instruction set here
sanitize: setup
	$(BIN)/python -m pytest -m slow tests/native/test_memory.py

# trains on real sets, ELMAN_DATA names the folder that holds them; sanitizers; kernels of aarch64
slow: setup
	$(BIN)/python -m pytest -m slow

# breaks the kernels, and the Python above them, one change at a time, and demands a red test for each
mutants: setup
	$(BIN)/python tests/mutate_kernels.py
	$(BIN)/python tests/mutate_python.py

clean:
	rm -rf .venv build dist demo-model elman/_native.so web/node_modules
