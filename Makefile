# Everything is written under .venv/, .tools/, var/ and assets/{dist,node_modules}/. Variables: see .env.example.
PYTHON ?= $(firstword $(foreach name,python3.11 python3.12 python3.13 python3,$(shell command -v $(name) 2>/dev/null)))
UV := .tools/bin/uv
RUN := .venv/bin/python
MANAGE := $(RUN) manage.py

# Caches stay inside as well; who keeps one for all projects sets the variable.
CACHE := $(CURDIR)/var/cache
export UV_CACHE_DIR ?= $(CACHE)/uv
export PIP_CACHE_DIR ?= $(CACHE)/pip
export npm_config_cache ?= $(CACHE)/npm
export PYTHONPYCACHEPREFIX ?= $(CACHE)/python
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export UV_PYTHON_DOWNLOADS := never
export UV_NO_PROGRESS := 1
unexport VIRTUAL_ENV # of whoever calls: ours is .venv, whatever is active

.DEFAULT_GOAL := help
.PHONY: help run test check fix bench assets elasticsearch elasticsearch-stop lock clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-19s %s\n", $$1, $$2}'

run: .venv/.ready ## Bring up the demonstration village at HOST:PORT (127.0.0.1:8000)
	@$(MANAGE) build_assets
	@$(MANAGE) prepare_village
	@exec $(MANAGE) run_village

test: .venv/.ready ## Run the whole test suite, on every database and browser there is; says what it skips and why
	@$(MANAGE) build_assets --dev
	@exec $(RUN) -m tests.run

check: .venv/.ready ## Formats, lint, types, import contracts, templates, migrations
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/djhtml --check --tabwidth 2 templates
	.venv/bin/lint-imports --no-cache
	.venv/bin/mypy
	@$(MANAGE) build_assets --dev # whose folder the next check looks for
	$(MANAGE) check --fail-level WARNING
	$(MANAGE) makemigrations --check --dry-run

fix: .venv/.ready ## Mend what can be mended by machine: formats, order of imports, indents of templates
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .
	-.venv/bin/djhtml --tabwidth 2 templates

bench: .venv/.ready ## Measure what it costs and print a table; a part, and its table in docs/: OPTIONS="--only sizes --write"
	@$(MANAGE) build_assets
	@exec $(RUN) -m tests.bench $(OPTIONS)

assets: .venv/.ready ## Build style sheet, fonts and scripts into assets/dist/
	@$(MANAGE) build_assets

elasticsearch: .venv/.ready ## Start a real Elasticsearch at 127.0.0.1:9219, assembled from Maven Central the first time
	@$(RUN) -m tests.elasticsearch_server start

elasticsearch-stop: .venv/.ready ## Stop it
	@$(RUN) -m tests.elasticsearch_server stop

lock: $(UV) ## Resolve the dependencies anew, and export them for a machine without uv
	$(UV) lock
	$(UV) export --quiet --frozen --all-groups --no-emit-project --output-file requirements.lock

clean: ## Remove everything that was written here, the demonstration's database and pictures too
	rm -rf .venv .tools var assets/dist assets/node_modules

# uv where it can be had, pip with the exported list where not. The stamp is last: what breaks off is done again.
.venv/.ready: uv.lock requirements.lock
	@$(if $(PYTHON),,echo "Python 3.11 or later is needed and was not found. Name it: make run PYTHON=/path/to/python3.11"; exit 1)
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || { \
	  echo "$(PYTHON) is not Python 3.11, 3.12 or 3.13. Name one that is: make run PYTHON=/path/to/python3.11"; exit 1; }
	@$(MAKE) --no-print-directory $(UV) || echo "uv can't be had here: installing with pip, which takes a little longer."
	@if test -x $(UV); then $(UV) sync --frozen --quiet --python $(PYTHON); \
	else $(PYTHON) -m venv --clear .venv && .venv/bin/pip install --quiet --require-hashes -r requirements.lock; fi
	@touch $@

$(UV):
	@echo "Installing what the village stands on …"
	@$(PYTHON) -m venv .tools
	@.tools/bin/pip install --quiet 'uv>=0.9,<1'
