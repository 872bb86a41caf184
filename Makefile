# make run    opens the app
# make test   runs every test
# Both first make a virtual environment in .venv and install what is needed; later calls begin at once.

PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test clean

run: .venv/installed
	$(BIN)/streamlit run app.py

test: .venv/installed-dev
	$(BIN)/python -m tests.browser.chromium
	$(BIN)/ruff check .
	$(BIN)/pytest

clean:
	rm -rf .venv

.venv/installed: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(None if (3, 11) <= sys.version_info[:2] <= (3, 13) else "Python 3.11 to 3.13 is needed, and $(PYTHON) is another: name one, as in make run PYTHON=python3.12")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --requirement requirements.txt
	touch $@

.venv/installed-dev: .venv/installed requirements-dev.txt
	$(BIN)/python -m pip install --quiet --requirement requirements-dev.txt
	touch $@
