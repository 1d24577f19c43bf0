# make demo    open a seeded clinic           make test     run the tests
# make check   style, types, layers, locks    make bench    measure
# make lock    pin the dependencies again     make clean    take away everything that make made
#
# Each does its own set-up in .venv; the second time that takes no time.

PORT ?= 8000
DATA ?= .data/demo
JOBS ?= 2
TESTS ?= tests

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input -q
WEB := src/osler/interfaces/web
RELEASES := $(wildcard src/osler/terminology/*.py src/osler/terminology/systems/*/* src/osler/terminology/systems/*/data/*)
FRONT_END := $(wildcard package.json package-lock.json hatch_build.py $(WEB)/icons.txt $(WEB)/css/* $(WEB)/script/*)

.PHONY: help demo test check bench kills lock clean
help:
	@sed -n 's/^# \{0,1\}//; 1,/^$$/p; /^$$/q' Makefile

demo: export OSLER_LOG_LEVEL ?= warning
demo: $(VENV)/.ready
	@$(BIN)/osler demo --port $(PORT) --data-dir $(DATA)

test: $(VENV)/.ready $(VENV)/.installed-dev
	@CHROMIUM="$$($(BIN)/python tools/chromium.py find)" \
	  $(BIN)/python -m pytest -n $(JOBS) --dist loadfile $(TESTS)

check: $(VENV)/.ready $(VENV)/.installed-dev
	@sh tools/check.sh

bench: $(VENV)/.ready
	@$(BIN)/python -m bench $(BENCH)

# 500 kill points in some twenty minutes (docs/explanation/durability.md); `make test` has a few.
kills: $(VENV)/.ready $(VENV)/.installed-dev
	@$(BIN)/python -m tests.scale.kill_run $(or $(POINTS),500) $(SEED)

lock: $(VENV)/.ready $(VENV)/.installed-dev
	@$(BIN)/python tools/lock.py write $(if $(UPGRADE),--upgrade)

clean:
	rm -rf $(VENV) node_modules $(WEB)/static/built src/osler/terminology/built dist build bench/results.json .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find src tests bench tools -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@sh tools/venv.sh $(VENV)

$(VENV)/.installed: requirements/build.txt requirements/base.txt requirements/node.txt | $(BIN)/python
	@echo "Installing what Osler depends on into $(VENV) (once; a minute or two) …"
	@$(PIP) install --require-hashes -r requirements/build.txt -r requirements/base.txt
	@$(BIN)/python -c "import sys, hatch_build; sys.exit(not hatch_build.machine_node())" \
	  || $(PIP) install --require-hashes -r requirements/node.txt
	@touch $@

# Osler itself, in place; its build hook bundles the front-end. Then the files of the built-in code systems.
$(VENV)/.ready: $(VENV)/.installed pyproject.toml $(FRONT_END) $(RELEASES)
	@$(PIP) install --no-deps --no-build-isolation -e .
	@echo "Building the code systems (once; some ten seconds) …"
	@$(BIN)/python -m osler.terminology.building
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed requirements/dev.txt
	@echo "Installing what tests and checks need …"
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@$(BIN)/python tools/chromium.py ensure
	@touch $@
