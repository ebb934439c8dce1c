# The two commands: `make run` and `make test`. `make help` tells the others.
# Needs only make and Python 3.11+ with venv; after the first install no network.

PYTHON ?= python3
PY     := .venv/bin/python
READY  := .venv/ready
PO     := $(wildcard diary/translations/*/LC_MESSAGES/*.po)
TESTS  ?= tests

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run install upgrade test drill bench lint fmt messages lock clean

help:  ## say what there is
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' Makefile | expand -t 18

run: install  ## start the demonstration on http://127.0.0.1:8000 (PORT=… HOST=…)
	@exec $(PY) -m diary demo

install: $(READY) $(PO:.po=.mo)  ## set up all that running needs: .venv and translations

# The second make reads the new Makefile and the new list of packages.
upgrade:  ## bring a real diary to the newest version, with a backup first
	@git pull --quiet --ff-only
	@$(MAKE) --silent --no-print-directory install
	@$(PY) -m diary upgrade
	@echo 'Now restart it: systemctl restart diary'

test: install  ## run the tests (TESTS=tests/web for a part)
	@$(PY) -m pytest -q -n auto $(TESTS)

drill: install  ## run the long tests: kills, large imports, soak
	@$(PY) -m pytest -q -m drill --timeout=7200 $(TESTS)

bench: install  ## measure
	@$(PY) -m diary bench

lint: $(READY)  ## check style, types and who imports whom
	@$(PY) -m ruff check --quiet
	@$(PY) -m ruff format --check --quiet
	@$(PY) -m mypy --no-error-summary
	@$(PY) .venv/bin/lint-imports --no-logo

fmt: $(READY)  ## put the code into its form
	@$(PY) -m ruff check --quiet --fix-only
	@$(PY) -m ruff format --quiet

# Babel leaves out folders that begin with _, such as _macros, unless told otherwise.
messages: $(READY)  ## bring new sentences of the interface into the .po files
	@$(PY) -m babel.messages.frontend -q extract -F babel.cfg --ignore-dirs '.*' -k lazy -k lazy_gettext \
	  --no-location --omit-header -o messages.pot .
	@$(PY) -m babel.messages.frontend -q update -i messages.pot -d diary/translations \
	  --no-fuzzy-matching --ignore-obsolete

lock:  ## choose the newest versions anew (needs uv and the network)
	uv pip compile pyproject.toml --extra dev --universal --upgrade --generate-hashes \
	  --no-emit-index-url --no-header --quiet -o requirements.lock

clean:  ## remove what make has made; diaries and pictures stay
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	rm -f messages.pot $(PO:.po=.mo)

# Every tool is started through .venv/bin/python, so that this folder can be moved afterwards.
$(READY): requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo 'Share Stories needs Python 3.11 or newer: make PYTHON=python3.11 …'; exit 1; }
	@echo 'Setting up .venv (once; takes a minute) …'
	@$(PY) -c '' 2>/dev/null || rm -rf .venv
	@if command -v uv >/dev/null; then \
	  [ -d .venv ] || uv venv --quiet --python $(PYTHON) .venv; pip='uv pip --quiet'; \
	else \
	  [ -d .venv ] || $(PYTHON) -m venv .venv; \
	  pip='$(PY) -m pip --disable-pip-version-check -qq'; \
	fi; \
	export VIRTUAL_ENV=.venv; \
	$$pip install --require-hashes -r requirements.lock \
	  && $$pip install --no-deps --no-build-isolation -e .
	@touch $@

%.mo: %.po $(READY)
	@$(PY) -m babel.messages.frontend -q compile -i $< -o $@
