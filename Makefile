# Muster. `make` lists what can be made; everything sets itself up in .venv.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help setup demo test check types bench chaos fuzz run format

VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
UV := $(shell command -v uv 2>/dev/null)
IN_MEMORY = $(shell [ -w /dev/shm ] && [ "$$(df -Pk /dev/shm | awk 'NR == 2 { print $$4 }')" -gt 4000000 ] && echo TMPDIR=/dev/shm)
INSTALL = $(if $(UV),$(UV) pip install --quiet --python $(BIN)/python,$(BIN)/python -m pip install --quiet --disable-pip-version-check)

help: ## this list
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Muster needs Python 3.11 or later; none was found on PATH." >&2; exit 2; }
	@echo "Setting up $(VENV) with $(PYTHON)…"
	@$(if $(UV),$(UV) venv --quiet --python $(PYTHON) $(VENV),$(PYTHON) -m venv $(VENV)) || { rm -rf $(VENV); exit 2; }

$(VENV)/.installed: pyproject.toml constraints.txt | $(BIN)/python
	@$(INSTALL) -c constraints.txt -e .
	@touch $@

$(VENV)/.installed-dev: pyproject.toml constraints.txt | $(BIN)/python
	@$(INSTALL) -c constraints.txt -e '.[dev]'
	@touch $@ $(VENV)/.installed

setup: $(VENV)/.installed-dev ## install everything for development into .venv

demo: $(VENV)/.installed ## replay a public incident through a local Slack (ARGS="--live": play yourself)
	@$(BIN)/muster demo $(ARGS)

test: setup ## the tests (ARGS="-k …")
	@# Processes need not compile the code anew, and a disk that pauses does not decide what is red.
	@env -u PYTHONDONTWRITEBYTECODE $(IN_MEMORY) $(BIN)/python -m pytest -n auto --dist worksteal $(ARGS)

check: setup ## what CI runs: format, lint, types, imports, tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	@# mypy keeps one processor busy for a minute on a new machine: the tests need not wait for it.
	@$(MAKE) --no-print-directory -j 2 types test

types: setup
	$(BIN)/mypy

bench: setup ## measure, and print the table of docs/operations.md (some parts: ARGS="growing nagging")
	@$(BIN)/python -m tests.bench $(ARGS)

chaos: setup ## people work with Muster while everything breaks (ARGS="--seed 7 --operations 10000 --engine postgres --replicas 2")
	@$(BIN)/python -m tests.chaos $(ARGS)

fuzz: setup ## hostile texts through all that reads (ARGS="--texts 100000 --parsers 5000 --wire 1000 --growth")
	@env $(IN_MEMORY) $(BIN)/python -m tests.fuzz $(ARGS)

run: $(VENV)/.installed ## run the bot (settings from the environment or .env)
	@$(BIN)/muster run

format: setup ## format and mend what can be mended
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .
