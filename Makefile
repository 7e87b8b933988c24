# Needs Python 3.11 or later with venv, make and a package index.
#
#   make up          the demo: its database, its programme, its history      (JIFEN_DATA=folder, default data)
#   make test        everything CI runs                 make test-long   what takes minutes
#   make check       format, lint, types                make bench       measurements (ONLY=name: one of them)
#   make clean-data  stop the database, remove its folder
#   make lock        renew requirements.lock            PYTHON=python3.12 chooses the Python to build with

SHELL := /bin/sh
# The first on the path, unless another is clearly quicker: one built without a profile for its compiler serves a fifth less.
PYTHON ?= $(shell for folder in $$(echo "$$PATH" | tr : ' '); do \
	for name in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$folder/$$name" -c 'import ensurepip, sys, timeit; sys.version_info < (3, 11) and sys.exit(1); \
	print(min(timeit.repeat("for n in range(9_999): str(n)", number=1, repeat=25)), sys.executable)' 2>/dev/null; \
	done; done | awk 'NR == 1 || $$1 < 0.85 * seconds { seconds = $$1; python = $$2 } END { print python }')
BIN := .venv/bin
ENVIRONMENT := .venv/.complete
SIDE_BY_SIDE := --numprocesses auto --maxprocesses 4 --dist loadfile  # each with a database server of its own

.PHONY: up test test-long check bench clean-data lock

up: $(ENVIRONMENT)
	@$(BIN)/jifen demo

test: check
	@$(BIN)/python -m pytest $(SIDE_BY_SIDE)

test-long: check
	@$(BIN)/python -m pytest $(SIDE_BY_SIDE) -m long

check: $(ENVIRONMENT)
	@$(BIN)/ruff format --check --quiet . || { echo "Not formatted: run $(BIN)/ruff format ." >&2; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy --no-error-summary

bench: $(ENVIRONMENT)
	@$(BIN)/jifen bench $(ONLY)

clean-data:
	@if [ -x $(BIN)/python ]; then $(BIN)/python -c \
		'from jifen.db.embedded import stop; from jifen.settings import data_folder; stop(data_folder())'; fi
	@rm -rf "$${JIFEN_DATA:-data}"

lock: $(ENVIRONMENT)
	@$(BIN)/python -m pip install --quiet uv
	@$(BIN)/uv pip compile --quiet --upgrade --universal --generate-hashes --no-emit-index-url \
		--python-version 3.11 --all-extras pyproject.toml --output-file requirements.lock

$(ENVIRONMENT): requirements.lock pyproject.toml
	@python="$(PYTHON)"; \
	test -n "$$python" || { echo "Python 3.11 or later with venv (Debian: python3-venv) is needed; name it: make PYTHON=..." >&2; exit 1; }; \
	echo "Making the environment in .venv with $$python ..."; \
	"$$python" -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@$(BIN)/python -m compileall -q src
	@touch $@
