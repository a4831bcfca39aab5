# Needs Python 3.11+ and make; everything else is installed into .venv from the lock files.
PYTHON ?= python3
PORT ?= 8000
SHEET_PORT ?= 8001
SEED ?= 1
ROUNDS ?= 3
REQUESTS ?= 5000
KILLS ?= 250
SAMPLE ?= 400
ENGINE ?= sqlite
PART ?=
DATA ?= instance/demo
BIN := .venv/bin
DOUBLE := $(wildcard ../shared/google-double/requirements.txt)

.DEFAULT_GOAL := help
.PHONY: help run test check chaos kills fuzz mutants bench lock translations reference audit screens clean

help: ## show what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 14

run: .venv/.run ## start web, relay and the local stand-in for Google Sheets (PORT= SHEET_PORT= DATA=)
	@exec $(BIN)/intake demo --port $(PORT) --sheet-port $(SHEET_PORT) --data $(DATA)

test: .venv/.browser $(if $(DOUBLE),.venv/.double) ## run the whole suite, the browser and PostgreSQL included
	$(BIN)/pytest $(ARGS)

check: .venv/.dev ## lint, types, import contracts, translations, migrations in step with models, reference
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tests.house.translations --check
	$(BIN)/python -m tests.house.migrations
	$(BIN)/python -m tests.house.reference --check

chaos: .venv/.dev ## patients, kills, faults and a busy front desk at once, with a report (SEED= ROUNDS=)
	$(BIN)/python -m tests.chaos --seed $(SEED) --rounds $(ROUNDS)

kills: .venv/.dev ## kill web processes while patients send: is each confirmed request stored? (REQUESTS= KILLS= SEED=)
	$(BIN)/python -m tests.chaos.kills --requests $(REQUESTS) --kills $(KILLS) --seed $(SEED)

fuzz: .venv/.dev ## send anything to every page of a running demonstration (SEED= REQUESTS= ENGINE=postgresql)
	$(BIN)/python -m tests.fuzz --seed $(SEED) --requests $(REQUESTS) --engine $(ENGINE)

mutants: .venv/.dev ## change rules at random, and see whether the tests of their room notice (SAMPLE= SEED= ROOM=hours)
	$(BIN)/python -m tests.mutants --sample $(SAMPLE) --seed $(SEED) $(addprefix --room ,$(ROOM))

bench: ROUNDS = 5
bench: SECONDS = 5
bench: REQUESTS = 20000
bench: .venv/.dev ## measure: calls and time, as ratios (PART=speed, submit, backlog, admin or polling; all without it)
	$(BIN)/python -m bench $(PART) --rounds $(ROUNDS) --seconds $(SECONDS) --requests $(REQUESTS)

translations: .venv/.dev ## collect the words of the pages and bring the French catalogue up to date
	$(BIN)/python -m tests.house.translations

reference: .venv/.dev ## write docs/reference.md anew from the settings and commands in the code
	$(BIN)/python -m tests.house.reference

screens: .venv/.browser ## take pictures of every page, both languages, phone and desk, into docs/screens/
	$(BIN)/python -m tests.screens

audit: .venv/.audit ## look up known weaknesses of the locked dependencies (asks an advisory service)
	@$(BIN)/python -m tests.house.audit .venv/audit/bin/pip-audit

lock: ## choose dependency versions anew and write them with their hashes (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate \
		--upgrade --extra build pyproject.toml -o requirements.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate \
		--upgrade --extra build --extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock

clean: ## remove the environment and the demonstration's data
	rm -rf .venv instance

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("Consult Intake needs Python 3.11 or newer; give PYTHON=") if sys.version_info < (3, 11) else 0'
	$(PYTHON) -m venv .venv

.venv/.run: requirements.lock pyproject.toml | .venv/bin/python
	@echo "Installing what Consult Intake needs into .venv (about a minute, the first time only)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q intake  # else each start compiles anew where Python may write nothing
	@touch $@

.venv/.dev: requirements-dev.lock .venv/.run
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

.venv/.browser: .venv/.dev
	$(BIN)/python -m tests.browser
	@touch $@

# In an environment of its own: it needs thirty packages that nothing else needs.
.venv/.audit: | .venv/.dev
	@$(PYTHON) -m venv .venv/audit
	@.venv/audit/bin/python -m pip install --quiet --disable-pip-version-check pip-audit==2.10.1
	@touch $@

# A more faithful stand-in for Google, where it lies beside the checkout: the contract tests run against it as well.
.venv/.double: $(DOUBLE) | .venv/bin/python
	@echo "Installing what the double of Google needs into .venv/double"
	@$(PYTHON) -m venv .venv/double
	@.venv/double/bin/python -m pip install --quiet --disable-pip-version-check -r $<
	@touch $@
