# `make` lists what can be made. Everything is set up in .venv by itself; ARGS="…" goes on to the command.
# What is installed is done anew only when pyproject.toml or constraints.txt change.

BIN := .venv/bin
STATED := pyproject.toml constraints.txt .ci/setup

.DEFAULT_GOAL := help
.PHONY: help setup demo test check bench run format

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

setup: .venv/.ready-to-develop ## Install Muster and everything for its development in .venv

demo: .venv/.ready ## Replay a public incident through a local Slack (ARGS="--list" lists five)
	@$(BIN)/muster demo $(ARGS)

test: setup ## Run the tests (ARGS="tests/domain -q" runs some)
	@$(BIN)/python -m pytest -n auto $(ARGS)

check: setup ## Formatting, lint, types, directions of imports, and the tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@$(MAKE) --no-print-directory test

bench: setup ## Measure the budgets and print them as a table
	@$(BIN)/python -m tests.bench $(ARGS)

run: .venv/.ready ## Run the bot (its environment: README.md)
	@$(BIN)/muster run

format: setup ## Format the code, and mend what lint can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

.venv/.ready: $(STATED)
	@sh .ci/setup .
	@touch $@

.venv/.ready-to-develop: $(STATED)
	@sh .ci/setup '.[dev]'
	@touch .venv/.ready $@
