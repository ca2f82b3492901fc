SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

BIN := .venv/bin
DJANGO := PYTHONPATH=. DJANGO_SETTINGS_MODULE=tests.settings $(BIN)/python -m django
CATALOGUES := $(wildcard src/securenet/locale/*/LC_MESSAGES/django.po)

.PHONY: help demo test check setup setup-tests lint types unit manual tour rules messages bench conformance lock clean

help: ## list what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "make %-10s %s\n", $$1, $$2 }'

demo: setup ## run the whole system here, with a mailbox and a test CA (RESET=1 starts afresh)
	exec $(BIN)/securenet demo $(if $(RESET),--reset)

test: setup-tests lint types ## every check and every test: on SQLite, on PostgreSQL, in a browser
	$(BIN)/python scripts/postgresql.py $(BIN)/pytest --dist=each \
		--tx=popen//env:TEST_DATABASE=sqlite --tx=popen//env:TEST_DATABASE=postgresql

check: setup lint types unit ## the fast part: format, lint, contracts, types, unit tests on SQLite

setup:
	scripts/setup
	@$(MAKE) --no-print-directory $(CATALOGUES:.po=.mo)

setup-tests:
	scripts/setup --tests
	@$(MAKE) --no-print-directory $(CATALOGUES:.po=.mo)

%.mo: %.po
	msgfmt --check --output-file=$@ $<

lint:
	$(BIN)/ruff format --check --quiet
	$(BIN)/ruff check --quiet
	$(BIN)/djlint --lint --quiet src
	$(BIN)/lint-imports --no-logo
	$(BIN)/deptry --no-ansi src

types:
	$(BIN)/mypy
	$(DJANGO) makemigrations --check --dry-run

unit:
	$(BIN)/pytest -n 2 -m "not journey"

manual: setup-tests ## walk through fresh demos in a browser; write the guides' pictures, the PDFs, and docs/manual
	PYTHONPATH=. $(BIN)/python scripts/manual.py

tour: manual ## the same: the tour's pictures are the manual's

rules: setup ## write docs/rules.md: which tests hold which rule
	$(BIN)/python scripts/rules.py

messages: setup ## bring the Thai catalogue up to date with the sources, then compile it
	cd src/securenet && env -u DJANGO_SETTINGS_MODULE $(CURDIR)/$(BIN)/python -m django \
		makemessages --locale=th --no-wrap --no-obsolete --add-location=file --ignore=static
	@$(MAKE) --no-print-directory $(CATALOGUES:.po=.mo)

bench: setup ## measure jobs beside their limits: on SQLite, and on PostgreSQL where it is installed
	if compgen -G "/usr/lib/postgresql/*/bin/initdb" >/dev/null || command -v initdb >/dev/null; then \
		$(BIN)/python scripts/postgresql.py sh -c '$(BIN)/securenet bench --postgresql "$$TEST_DATABASE_URL"'; \
	else \
		$(BIN)/securenet bench; \
	fi

conformance: setup ## NIST's PKITS through the certificate check, section by section
	PYTHONPATH=. $(BIN)/python scripts/conformance.py

lock: ## pin the dependencies of pyproject.toml anew, with hashes
	scripts/lock

clean: ## remove what was made here: the environment, the demo's state, caches, the browser policy of the tests
	rm -rf .venv var build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	rm -f $(CATALOGUES:.po=.mo)
	[ ! -w /etc/chromium/policies/managed ] || rm -f /etc/chromium/policies/managed/securenet-tests.json
	find src tests scripts -name __pycache__ -type d -prune -exec rm -rf {} +
