# Everything is written under .venv/, .tools/, var/ and assets/{dist,node_modules}/. Variables: see .env.example.
PYTHON ?= python3
UV := .tools/bin/uv
RUN := .venv/bin/python
MANAGE := $(RUN) manage.py
export HOST ?= 127.0.0.1
export PORT ?= 8000
export UV_PYTHON_DOWNLOADS := never
export UV_LINK_MODE := copy

.DEFAULT_GOAL := help
.PHONY: help run test check fix bench assets lock clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-8s %s\n", $$1, $$2}'

run: .venv/.ready ## Bring up the demonstration village at HOST:PORT (127.0.0.1:8000)
	@$(MANAGE) build_assets
	@$(MANAGE) prepare_village
	@$(MANAGE) run_village

test: .venv/.ready ## Run the whole test suite; says what it skips and why
	@$(MANAGE) build_assets --dev
	@$(RUN) -m tests.run

check: .venv/.ready ## Formats, lint, types, import contracts, migrations, templates
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/lint-imports --no-cache
	.venv/bin/mypy
	$(MANAGE) check
	$(MANAGE) makemigrations --check --dry-run

fix: .venv/.ready ## Mend what can be mended by machine
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

bench: .venv/.ready ## Measure search, pages, saving and memory; prints a table
	@$(MANAGE) build_assets
	@$(RUN) -m tests.bench

assets: .venv/.ready ## Build style sheet, fonts and scripts into assets/dist/
	@$(MANAGE) build_assets

lock: ## Resolve the dependencies anew and export them for pip
	$(UV) lock
	$(UV) export --frozen --all-groups --no-emit-project -o requirements.lock -q

clean: ## Remove everything that was written here
	rm -rf .venv .tools var assets/dist assets/node_modules

# uv where it can be had, pip with the exported list where not.
.venv/.ready: uv.lock requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or later is needed: make run PYTHON=python3.11"; exit 1; }
	@test -x $(UV) || { $(PYTHON) -m venv .tools && .tools/bin/pip install -q "uv>=0.9" || true; }
	@if test -x $(UV); then $(UV) sync --frozen -q --python $(PYTHON); \
	else $(PYTHON) -m venv .venv && .venv/bin/pip install -q -r requirements.lock; fi
	@touch $@
