# The one door. Each target does its own set-up; `make demo` and `make test` are all a newcomer needs.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
UV := $(or $(shell command -v uv 2>/dev/null),.uv/bin/uv)
UV_SYNC := UV_PYTHON_DOWNLOADS=never $(UV) sync --frozen --quiet --python $(PYTHON)
TESTS ?= tests
PORT ?= 8000

.PHONY: help demo demo-files test check format lint vendor messages screenshots bench faults schema clean
help:  ## what there is to make
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-11s %s\n", $$1, $$2}'

.uv/bin/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Satsuma needs Python 3.11 or newer."; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || deploy/apt-install python3-venv
	@$(PYTHON) -m venv .uv && .uv/bin/pip install --quiet "uv>=0.9"

.venv/.run: pyproject.toml uv.lock | $(UV)
	@echo "Setting up (once) …"
	@$(UV_SYNC) --no-dev --inexact && touch $@

.venv/.dev: pyproject.toml uv.lock | $(UV)
	@echo "Setting up for development (once) …"
	@$(UV_SYNC) --all-extras && touch $@ .venv/.run

demo: .venv/.run  ## start Satsuma with sample companies, people and deals, and print its address
	@$(BIN)/satsuma demo --data demo-output/installation
	@exec $(BIN)/satsuma serve --data demo-output/installation --port $(PORT)

demo-files: .venv/.run  ## score real customers from files on the command line, explain one, write a report
	@PATH="$(CURDIR)/$(BIN):$$PATH" examples/demo

test: .venv/.dev  ## the whole test suite, with PostgreSQL and Java
	@deploy/apt-install --for-tests
	@$(BIN)/pytest -q -n 2 --dist loadfile --no-loadscope-reorder $(TESTS)

check: lint  ## format, lint, types, import contracts, unit and property tests
	@$(BIN)/pytest -q -n 2 tests/unit tests/property

lint: .venv/.dev
	@$(BIN)/ruff format --check --quiet . && $(BIN)/ruff check --quiet .
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-cache | tail -n 4
	@command -v npm >/dev/null || deploy/apt-install npm
	@deploy/vendor-assets --check

format: .venv/.dev  ## put the code into the house's form
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format --quiet .

vendor:  ## copy the front-end files of package-lock.json into the package
	@deploy/vendor-assets

messages: .venv/.dev  ## gather the texts to translate, compile the translations
	@deploy/messages

schema: .venv/.dev  ## write the model file's JSON Schema to docs/reference/
	@$(BIN)/python -c "from satsuma.modelfile.schema import schema_text; print(schema_text(), end=\"\")" > docs/reference/segmentation.schema.json

screenshots: .venv/.dev  ## take pictures of the main pages into docs/screenshots/
	@deploy/apt-install --for-tests
	@$(BIN)/python docs/screenshots/take.py

bench: .venv/.dev  ## measure speed against baselines: make bench ROWS=1000000
	@$(BIN)/python -m benchmarks --rows $(or $(ROWS),1000000)

faults: .venv/.dev  ## kill workers, servers and restores at every point, not just at some as the suite does
	@deploy/apt-install --for-tests
	@SATSUMA_FAULTS=every $(BIN)/pytest -q tests/faults

clean:  ## remove what make made
	rm -rf .venv .uv demo-output benchmarks/data
