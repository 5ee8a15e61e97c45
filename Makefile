# Two commands are enough on a fresh machine: `make demo` and `make test`.

MAKEFLAGS += --no-print-directory
PORT ?= 8000

# Where it is set, each of the many processes compiles all of Django anew.
unexport PYTHONDONTWRITEBYTECODE

# The first Python on the path that the portal runs on.
python = $(or $(shell for name in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$name -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' 2>/dev/null \
	&& echo $$name && break; done),$(error Python 3.11 to 3.14 is needed and none was found on the path))
machine = $(python) cnscd_portal/machine.py
venv = .venv/bin
with_services = $(venv)/python -m cnscd_portal.embedded run --
with_scratch = $(venv)/python -m cnscd_portal.embedded run --scratch --

.PHONY: help
help: ## List the commands
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

.PHONY: demo
demo: ## Set up and run the portal with demo data; PORT=8010 serves elsewhere
	@$(machine) demo --port $(PORT)
	@$(with_services) $(venv)/python -m cnscd_portal.demo_server --port $(PORT)

.PHONY: test
test: ## Install what the tests need and run all of them; ARGS goes to pytest
	@$(machine) test
	@$(with_scratch) $(venv)/python -m pytest --numprocesses=auto --dist=loadgroup $(ARGS)

.PHONY: check
check: ## Style, types, imports, migrations, translations, documentation
	@$(machine) check
	$(venv)/ruff check
	$(venv)/ruff format --check
	$(venv)/lint-imports --no-cache
	@$(with_scratch) $(MAKE) check-project

# Needs the services, because Django compares the migrations with a database.
.PHONY: check-project
check-project:
	$(venv)/mypy
	$(venv)/python manage.py makemigrations --check --dry-run
	$(venv)/python manage.py messages check
	$(venv)/python manage.py check_docs

.PHONY: bench
bench: ## Measure roll-up, dashboard, import and load, one line a figure; ARGS=--tiny tries the bench itself
	@$(machine) check
	@$(with_services) $(venv)/python -m bench $(ARGS)

.PHONY: stop
stop: ## Stop everything that runs from this directory
	@test ! -x $(venv)/python || $(venv)/python -m cnscd_portal.embedded stop

.PHONY: reset
reset: stop ## Delete the database and all built files; .venv stays
	@echo "Deleting .data: the database, its demo data and everything built."
	@rm -rf .data

.PHONY: lock
lock: ## Pin all dependencies with hashes; ARGS=--upgrade takes newer versions
	@$(machine) lock $(ARGS)
