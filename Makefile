# Two commands do all the set-up: `make demo` and `make test`. They need python3 (3.11 to 3.14) with venv, and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
ENVELOPE ?= 32000000

.PHONY: demo test test-long check bench install format messages lock clean
.DEFAULT_GOAL := demo

install: $(STAMP)

$(STAMP): pyproject.toml build_messages.py requirements/dev.txt $(wildcard src/tiwizi/locale/*/LC_MESSAGES/*.po)
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' || { echo "Tiwizi needs Python 3.11 to 3.14: name one with make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "python3-venv is missing: run 'sudo apt install python3-venv', then make again"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(STAMP)

demo: install
	$(BIN)/tiwizi plan 05.301 --envelope $(ENVELOPE) --language ar --out demo/ar
	$(BIN)/tiwizi plan 05.301 --envelope $(ENVELOPE) --language fr --out demo/fr

check: install
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	TIWIZI_HOME=$(VENV)/office $(BIN)/python -m django makemigrations --check --dry-run --settings tiwizi.web.settings
	$(BIN)/tiwizi rulebook check src/tiwizi/rulebooks/indh

# What needs the database runs on SQLite with the rest, then once more on PostgreSQL where it is installed.
test: check
	$(BIN)/pytest -n 2 -m "not long"
	$(BIN)/python -m tests.on_postgres -m "not long" tests/journal tests/web

test-long: install
	$(BIN)/pytest -n 2 -m "long"

bench: install
	$(BIN)/python -m bench

format: install
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

messages: install
	$(BIN)/python -m tests.messages
	$(BIN)/python build_messages.py

lock: install
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-annotate --no-header --python-version 3.11 --extra morocco --extra office pyproject.toml -o requirements/run.txt
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-annotate --no-header --python-version 3.11 --extra morocco --extra office --group dev pyproject.toml requirements/build.in -o requirements/dev.txt

clean:
	rm -rf $(VENV) demo build dist
