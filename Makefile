# Everything a contributor runs. Needs Python 3.11 or newer and make; the rest is installed into .venv.

.DEFAULT_GOAL := help
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules --no-print-directory

# The first Python that runs and is new enough; a name that a version manager only pretends to have is passed over.
NEW_ENOUGH = import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))
PYTHON = $(eval PYTHON := $(FIRST_PYTHON))$(PYTHON)
FIRST_PYTHON = $(shell for name in python3 python3.14 python3.13 python3.12 python3.11; do \
  "$$name" -c '$(NEW_ENOUGH)' >/dev/null 2>&1 && command -v "$$name" && break; done)
VENV_PYTHON := .venv/bin/python

define environment
@if [ -z "$(PYTHON)" ]; then echo "Python 3.11 or newer is needed, and none was found on the PATH" >&2; exit 1; fi
@"$(PYTHON)" -E scripts/environment.py $(1)
endef

.PHONY: help
help: ## What there is to run
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile

.PHONY: run
run: ## Start the service with all it needs and an example story (heeds PORT, DATABASE_URL, REDIS_URL)
	$(call environment,run)
	@$(VENV_PYTHON) scripts/build_widget.py --if-possible
	@exec $(VENV_PYTHON) -m service dev --stop-with-parent

.PHONY: test
test: ## Run all tests, in parallel, against real servers (ARGS="-k word" passes options to pytest)
	$(call environment,dev)
	@$(VENV_PYTHON) scripts/chromium.py
	@$(VENV_PYTHON) scripts/build_widget.py --if-possible
	@exec $(VENV_PYTHON) -m pytest -n auto --dist worksteal $(ARGS)

.PHONY: test-rules
test-rules: ## Run the tests of rules and kernel alone, which need no server
	$(call environment,dev)
	@exec $(VENV_PYTHON) -m pytest -q tests/kernel $(wildcard tests/*/rules tests/*/rules.py tests/*/test_rules.py) $(ARGS)

.PHONY: check
check: ## Types, import contracts, lint, format, the widget's languages, no registry's host in any file
	$(call environment,dev)
	@$(VENV_PYTHON) scripts/check.py

.PHONY: format
format: ## Format the Python code and fix what can be fixed by rule
	$(call environment,dev)
	@$(VENV_PYTHON) -m ruff check --fix-only --quiet .
	@$(VENV_PYTHON) -m ruff format .

.PHONY: bench
bench: ## Measure pages and posts against servers of its own
	$(call environment,dev)
	@exec $(VENV_PYTHON) -m bench $(ARGS)

.PHONY: widget
widget: ## Bundle and minify the widget (needs Node.js with npm) and weigh it
	$(call environment,run)
	@$(VENV_PYTHON) scripts/build_widget.py
	@$(VENV_PYTHON) scripts/sizes.py --all

.PHONY: wheel
wheel: widget ## Make dist/story_comments-*.whl with the widget as built (needs uv)
	@uv build --wheel

.PHONY: migrate
migrate: ## Apply pending migrations to DATABASE_URL
	$(call environment,run)
	@exec $(VENV_PYTHON) -m service migrate $(ARGS)

.PHONY: schema
schema: ## Rewrite migrations/schema.sql from the migrations
	$(call environment,dev)
	@$(VENV_PYTHON) -m scripts.schema

.PHONY: lock
lock: ## Rewrite requirements/ from pyproject.toml (UPGRADE=1 takes newer releases)
	$(call environment,dev)
	@$(VENV_PYTHON) -m scripts.lock $(if $(UPGRADE),--upgrade)
