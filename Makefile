# `make demo` shows what it does; `make test` is what a change must pass.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:

PYTHON ?= python3
BIN := .venv/bin
TRACES ?= ../shared/traces
VECTORS ?= ../shared/vectors/dev
PYTEST := $(BIN)/python -m pytest -n 2

.PHONY: help demo test test-all lint format bench fidelity conformance docs clean

help:
	@echo "make demo      a bundled recording of a cluster: ingest, three answers, report.html"
	@echo "make test      lint and the fast tests"
	@echo "make test-all  lint and all tests"
	@echo "make lint      ruff, mypy, import-linter"
	@echo "make format    ruff format, and its safe fixes"
	@echo "make bench     ratios of speed and size, measured in one run"
	@echo "make fidelity  the rebuilt history against the truth of every trace in TRACES ($(TRACES));"
	@echo "               LEVEL=request: from logs without answers"
	@echo "make conformance  our results against Kubernetes' own, for every family in VECTORS ($(VECTORS))"
	@echo "make docs      write the generated pages of docs/ again"
	@echo "make clean     remove what was made"

# Each stamp stands for one installation; a change of pyproject.toml makes it anew. The demo needs
# the product alone, the rest the tools too.
.venv/product: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12 …")'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	touch $@

.venv/tools: .venv/product
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@

demo: .venv/product
	$(BIN)/kuberewind demo

test: lint
	$(PYTEST) -m "not slow"

test-all: lint
	$(PYTEST) --hypothesis-profile=default

lint: .venv/tools
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

format: .venv/tools
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/tools
	$(BIN)/python benchmarks/run.py

fidelity: .venv/product
	$(BIN)/python benchmarks/fidelity.py $(TRACES)

conformance: .venv/product
	$(BIN)/python benchmarks/conformance.py $(VECTORS)

docs: .venv/tools
	$(BIN)/typer cli.py utils docs --name kuberewind --output docs/cli.md
	$(BIN)/python -m reports.schema_page > docs/schema.md

clean:
	rm -rf .venv build dist *.egg-info .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
