# Works with any Python from 3.11 on: `make test PYTHON=python3.13`.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip -qq --disable-pip-version-check --no-input
CODE   := ledger reports api migrations tests

# Two processes run the tests faster than one; more than the machine has cores do not.
WORKERS ?= auto

export PYTHONUTF8 := 1

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

##@ Run it

.PHONY: demo
demo: $(VENV)/run.stamp  ## make a sample mechanism: demo/mcrm.db and demo/statements/*.xlsx
	$(BIN)/mcrm demo --into demo

.PHONY: serve
serve: $(VENV)/run.stamp  ## serve the pages and the JSON API: the demo's books if they are there
	@if [ -z "$$MCRM_DATABASE_URL" ] && [ -f demo/mcrm.db ]; then \
	    export MCRM_DATABASE_URL=sqlite:///demo/mcrm.db; \
	fi; \
	$(BIN)/mcrm upgrade && echo "Open http://127.0.0.1:8000 (Ctrl-C stops it)." && \
	exec $(BIN)/mcrm serve

##@ Prove it

.PHONY: test
test: $(VENV)/test.stamp  ## run the tests, on SQLite and on a PostgreSQL that they bring along
	$(BIN)/python -m pytest -q --numprocesses $(WORKERS) $(ARGS)

.PHONY: check
check: format lint types imports catalogues-check coverage  ## everything that a change must pass

.PHONY: format
format: $(VENV)/test.stamp  ## is the code laid out as ruff lays it out?
	$(BIN)/ruff format --check --quiet $(CODE) || { echo "Run make tidy."; exit 1; }

.PHONY: lint
lint: $(VENV)/test.stamp  ## is it free of what ruff knows to go wrong?
	$(BIN)/ruff check --quiet $(CODE)

.PHONY: types
types: $(VENV)/test.stamp  ## do the types hold, strictly?
	$(BIN)/mypy --no-error-summary $(CODE)

.PHONY: imports
imports: $(VENV)/test.stamp  ## does every module import only what lies below it?
	$(BIN)/lint-imports --no-logo

.PHONY: migrations
migrations: $(VENV)/test.stamp  ## do the revisions lead there and back, on both databases?
	$(BIN)/python -m pytest -q tests/migrations

.PHONY: catalogues-check
catalogues-check: $(VENV)/test.stamp  ## is every text translated into every language?
	$(BIN)/python -m pytest -q tests/ledger/test_i18n.py

.PHONY: coverage
coverage: $(VENV)/test.stamp  ## run the tests and say which lines no test has reached
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -q --numprocesses $(WORKERS) $(ARGS)
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

##@ Change it

.PHONY: tidy
tidy: $(VENV)/test.stamp  ## lay the code out and mend what ruff can mend
	$(BIN)/ruff format --quiet $(CODE)
	$(BIN)/ruff check --quiet --fix $(CODE)

.PHONY: golden
golden: $(VENV)/test.stamp  ## write tests/golden anew; read the difference before you commit it
	$(BIN)/python -m pytest -q --update-golden $(ARGS)

.PHONY: catalogues
catalogues: $(VENV)/test.stamp  ## bring every catalogue up to the texts that the code marks
	$(BIN)/pybabel --quiet extract --mapping-file pyproject.toml --add-location file --no-wrap \
	    --sort-by-file --project MCRM --version ledger --output-file $(VENV)/mcrm.pot ledger reports api
	$(BIN)/pybabel --quiet update --input-file $(VENV)/mcrm.pot --output-dir ledger/locale \
	    --domain mcrm --no-fuzzy-matching --ignore-obsolete --no-wrap --ignore-pot-creation-date

.PHONY: revision
revision: $(VENV)/test.stamp  ## write the next revision of the tables: make revision m="what changes"
	@test -n "$(m)" || { echo 'Say what changes: make revision m="pledges carry a due date"'; exit 2; }
	rm -f $(VENV)/revision.db
	$(BIN)/alembic -x url=sqlite:///$(VENV)/revision.db upgrade head
	$(BIN)/alembic -x url=sqlite:///$(VENV)/revision.db revision --autogenerate -m "$(m)"

.PHONY: lock
lock:  ## resolve requirements.lock and tests/requirements.lock anew (needs uv)
	uv pip compile pyproject.toml --universal --generate-hashes --no-header --no-annotate \
	    --extra build --output-file requirements.lock --upgrade
	uv pip compile pyproject.toml --universal --generate-hashes --no-header --no-annotate \
	    --extra build --extra dev --constraint requirements.lock \
	    --output-file tests/requirements.lock --upgrade

##@ House

.PHONY: venv
venv: $(VENV)/run.stamp  ## make .venv with what the program needs, exactly as locked

.PHONY: clean
clean:  ## remove all that make made, but never books: mcrm.db stays
	rm -rf $(VENV) demo dist htmlcov .coverage .coverage.* .hypothesis
	rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
	find $(CODE) -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: help
help:  ## list what make can do
	@awk 'BEGIN { FS = ":.*## " } \
	    /^##@/ { printf "\n%s\n", substr($$0, 5) } \
	    /^[a-z-]+:.*## / { printf "  make %-17s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# A stamp says which lock .venv holds: the second time there is nothing to do.
$(VENV)/run.stamp: requirements.lock pyproject.toml | $(BIN)/python
	$(PIP) install --require-hashes --requirement requirements.lock
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/test.stamp: tests/requirements.lock $(VENV)/run.stamp
	$(PIP) install --require-hashes --requirement tests/requirements.lock
	@touch $@

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	    echo "The ledger needs Python 3.11 or newer, and $(PYTHON) is not: $$($(PYTHON) --version 2>&1 | head -n 1)."; \
	    echo "Name another, as in: make $(or $(firstword $(MAKECMDGOALS)),demo) PYTHON=python3.12"; \
	    exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
	    echo "$(PYTHON) cannot make a virtual environment: on Debian, install python3-venv."; \
	    exit 1; }
