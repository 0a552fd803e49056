# Everything a person does with Certtrack. `make` alone tells.
.DEFAULT_GOAL := help
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-print-directory
BIN := .venv/bin
MEMBERS := $(patsubst %/pyproject.toml,%,$(wildcard */pyproject.toml services/*/pyproject.toml))
# Processes by the dozen start the same code: what the first has compiled, the others read.
unexport PYTHONDONTWRITEBYTECODE
# A file is one worker's, the longest first; which were the slowest tests is said at the end.
BY_FILES := -n 2 --dist loadfile --durations=15
CODE := $(wildcard shared services portal deploy tests benchmarks)

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{ printf "  make %-16s %s\n", $$1, $$2 }'

setup: ## make .venv from the lock (all other targets do it by themselves)
	@tools/bootstrap.sh

run: setup ## the whole product in one process, with a demonstration in it
	@$(BIN)/certtrack run $(ARGS)

demo: setup ## replay vendors' files into the running product and say what happened
	@$(BIN)/certtrack demo $(ARGS)

run-distributed: setup ## one process per service behind nginx, on PostgreSQL and RabbitMQ
	@$(BIN)/certtrack run-distributed $(ARGS)

test: setup ## every test, embedded and distributed (ARGS="tests/services/exams -x" for some)
	@tools/test-setup.sh
ifdef ARGS
	@$(BIN)/python -m pytest $(ARGS)
else
	@# A browser's event loop stays with its process, so browsers have processes of their own,
	@# which need not read thousands of other tests first.
	@$(BIN)/python -m pytest $(BY_FILES) -m "not browser"
	@$(BIN)/python -m pytest $(BY_FILES) -m browser $$(grep -rl mark.browser tests --include='test_*.py')
endif

lint: setup ## ruff, mypy --strict, import contracts, shell scripts, dependencies
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy $(CODE)
	$(BIN)/lint-imports --cache-dir .import_linter_cache
	$(BIN)/shellcheck -x -P . tools/*.sh .ci/run $$(git ls-files 'deploy/*.sh')
	@for member in $(MEMBERS); do echo "deptry $$member"; (cd $$member && $(CURDIR)/$(BIN)/deptry . --no-ansi); done

format: setup ## put code into its form, mend what can be mended
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

bench: setup ## measure; NAME=e2e_distributed for one alone
	@tools/test-setup.sh
	@$(BIN)/python -m benchmarks $(NAME)

docs: setup ## write again what is generated: event schemas, AsyncAPI, OpenAPI
	@$(BIN)/certtrack docs

lock: setup ## write requirements.lock again (UPGRADE=--upgrade takes newer versions)
	@tools/lock.sh $(UPGRADE)

clean: ## remove caches (not .venv, not the data in var/)
	@rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis test-results
	@find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +

.PHONY: help setup run demo run-distributed test lint format bench docs lock clean
