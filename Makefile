# Everything that people and CI do here; one line is printed for each step.
#
#   make run      from nothing to a running peerbot (the console, until a platform is configured)
#   make test     check, then all tests, as CI runs them
#   make check    format, lint, types, architecture, content
#   make format   write the format that check wants
#   make pictures draw every card as Discord shows it, to look at (needs Chromium)
#   make bench    how fast, as ratios against bare baselines
#   make chaos    kill it again and again: nothing may be lost
#   make restarts every flow on Discord, with a restart before each deed; one whole story over real
#                 sockets, killed in every chapter (told by `python -m tests.adapters.discord.life`);
#                 and what else takes long: each example in each disguise, leaks in PostgreSQL
#   make transcripts        play the walk-through anew, after a wanted change of words
#   make migration m="..."   draft a migration from the tables
#   make lock     pin the dependencies again, after a change in pyproject.toml

MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SUFFIXES:
# Dozens of processes are started by the tests: none should compile everything anew.
unexport PYTHONDONTWRITEBYTECODE

VENV := .venv
BIN := $(VENV)/bin
WORKERS ?= 2
# Quiet about everything but mistakes.
PIP := $(BIN)/python -m pip -qq --disable-pip-version-check

.PHONY: help run test check format bench chaos restarts pictures transcripts migration lock clean

help:
	@sed -n 's/^#   //p' Makefile

run: $(VENV)/.ready
	@$(BIN)/peerbot run

test: check
	@echo "tests: all of them, on SQLite and PostgreSQL"
	@$(BIN)/python -m pytest -q -n $(WORKERS) --dist worksteal

check: $(VENV)/.ready-dev
	@echo "format"
	@$(BIN)/ruff format --quiet --check . || { echo "  mend with: make format"; exit 1; }
	@echo "lint"
	@$(BIN)/ruff check --quiet .
	@echo "types"
	@$(BIN)/mypy --strict --no-error-summary peerbot adapters
	@echo "architecture"
	@$(BIN)/lint-imports --no-cache > $(VENV)/imports.txt || { cat $(VENV)/imports.txt; exit 1; }
	@echo "content"
	@$(BIN)/peerbot content check

format: $(VENV)/.ready-dev
	@$(BIN)/ruff format --quiet .
	@$(BIN)/ruff check --quiet --fix .

bench: $(VENV)/.ready-dev
	@$(BIN)/python -m tests.benchmarks

chaos: $(VENV)/.ready-dev
	@$(BIN)/python -m tests.chaos

restarts: $(VENV)/.ready-dev
	@$(BIN)/python -m pytest -q -n $(WORKERS) --dist worksteal -m long

transcripts: $(VENV)/.ready
	@for language in en fr; do \
		$(BIN)/peerbot console --script config/flows/walkthrough.$$language.flow \
			> tests/flows/walkthrough.$$language.txt || exit 1; \
	done

pictures: $(VENV)/.ready-dev
	@$(PIP) install --require-hashes -r requirements-pictures.txt
	@$(BIN)/python -m tests.adapters.discord.pictures build/pictures
	@$(BIN)/python -m tests.adapters.discord.played build/pictures/played

migration: $(VENV)/.ready-dev
	@test -n "$(m)" || { echo 'say what it does: make migration m="add pauses to check-ins"'; exit 1; }
	@$(BIN)/python -c 'import sys; from peerbot.migrate import draft; print(draft(sys.argv[1]))' "$(m)"

# Names of index servers stay out of the pinned files: each site has its own.
LOCK := $(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-emit-find-links --no-header

lock: $(VENV)/.ready-dev
	@$(PIP) install uv
	@echo "pinning requirements.txt"
	@$(LOCK) --group build --output-file requirements.txt
	@echo "pinning requirements-dev.txt"
	@$(LOCK) --group dev --constraint requirements.txt --output-file requirements-dev.txt
	@echo "pinning requirements-pictures.txt"
	@$(LOCK) --group pictures --constraint requirements-dev.txt \
		--output-file requirements-pictures.txt

clean:
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache build dist

# The environment is made once, and again when what it is made from has changed.
$(VENV)/.ready: requirements.txt pyproject.toml | $(BIN)/python
	@echo "installing what peerbot needs (once, about a minute)"
	@$(PIP) install --require-hashes -r requirements.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.ready-dev: requirements-dev.txt $(VENV)/.ready
	@echo "installing what the tests need"
	@$(PIP) install --require-hashes -r requirements-dev.txt
	@touch $@

$(BIN)/python:
	@for python in python3.11 python3 python3.12 python3.13; do \
		if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
			echo "making $(VENV) with $$($$python --version)"; \
			$$python -m venv $(VENV) && exit 0; \
			echo "Python's venv module does not work here. On Debian: apt install python3-venv"; \
			rm -rf $(VENV); exit 1; \
		fi; \
	done; \
	echo "peerbot needs Python 3.11 or newer, and found none. Install it, then run this again."; \
	exit 1
