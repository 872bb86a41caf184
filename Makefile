# make run     opens the app
# make check   what a change must pass, in a minute or two: style, dependencies, types, and the tests of core/
# make test    runs every test, in a browser too
# make lock    writes the lock files anew from requirements*.txt; with UPGRADE=--upgrade, from the newest versions
# make clean   removes the virtual environment and what the tools left behind
# All but the last first make a virtual environment in .venv and install what is needed; later calls begin at once.

PYTHON ?= python3
BIN := .venv/bin
# The app computes on one thread, and so do its tests: two processes that take two threads each get in each other's way.
PYTEST := OMP_NUM_THREADS=1 $(BIN)/pytest
PARALLEL := --numprocesses 2 --dist loadfile

.PHONY: run check test lint types lock clean

run: .venv/installed
	$(BIN)/streamlit run app.py

check: lint types
	$(PYTEST) tests/core $(PARALLEL)

test: lint
	$(BIN)/python -m tests.browser.chromium
	$(PYTEST) tests/core tests/pages $(PARALLEL)
	$(PYTEST) tests/browser

lint: .venv/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/deptry .

types: .venv/installed-dev
	$(BIN)/pyright

# One lock for Linux and macOS and every Python allowed. The CUDA libraries stay out of it: torch's CPU build needs none,
# and its other build names the versions that it needs itself.
COMPILE := $(BIN)/uv pip compile - --quiet --universal --python-version 3.11 --fork-strategy fewest --no-header \
	--no-annotate $(UPGRADE)

lock: .venv/installed-dev
	sed '/^-/d' requirements.txt | $(COMPILE) --output-file requirements.lock
	cat requirements.txt requirements-dev.txt | sed '/^-/d' \
		| $(COMPILE) --constraints requirements.lock --output-file requirements-dev.lock
	for lock in requirements.lock requirements-dev.lock; do \
		echo '# Written by make lock: for Python 3.11 to 3.13, on Linux and macOS.' > .venv/lock; \
		grep -vE '^(#|cuda-|nvidia-|triton=)' $$lock >> .venv/lock; \
		cp .venv/lock $$lock; \
	done

clean:
	rm -rf .venv .pytest_cache .ruff_cache

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(None if (3, 11) <= sys.version_info[:2] <= (3, 13) else "Python 3.11 to 3.13 is needed, and $(PYTHON) is another: name one, as in make run PYTHON=python3.12")'
	$(PYTHON) -m venv .venv

.venv/installed: requirements.lock | .venv/bin/python
	$(BIN)/python -m pip install --quiet $$($(BIN)/python .ci/cpu_index.py) --requirement $<
	touch $@

.venv/installed-dev: requirements-dev.lock | .venv/bin/python
	$(BIN)/python -m pip install --quiet $$($(BIN)/python .ci/cpu_index.py) --requirement $<
	touch $@ .venv/installed
