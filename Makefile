# Bare `make` says what there is. Everything happens in .venv; nothing is installed outside of it but, for the tests,
# PostgreSQL's server, Chromium, HAProxy, nginx and wrk (tests/setup.sh).

SHELL := /bin/sh
.DEFAULT_GOAL := help

VENV := .venv
BIN := $(VENV)/bin
# The pages' scripts: made of these by npm and esbuild, both of which come with .venv.
SCRIPTS := $(wildcard hotline/pages/scripts/*.js hotline/pages/scripts/parts/*.mjs)
BUILT := hotline/pages/static/built/.built
STAMP := $(VENV)/.installed
# Python's bytecode is kept between processes, whatever the environment says: the tests start hundreds of them.
unexport PYTHONDONTWRITEBYTECODE
PIP_INSTALL := $(BIN)/python -m pip install -qq --disable-pip-version-check

# The Python to build .venv with: `make install PYTHON=/path/to/python`. Left empty, the first that is new enough.
PYTHON ?=
# More words for pytest: `make test ARGS="-k hunt -x"`.
ARGS ?=
# How many tests run at once: a number, or auto for one for each processor. Many only wait, so three times as many fit.
JOBS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2) \* 3)

# Hashes come from the public index whatever this machine is configured with, so that they fit on every machine.
PIP_COMPILE := env -u PIP_FIND_LINKS -u PIP_EXTRA_INDEX_URL -u PIP_INDEX_URL -u PIP_NO_INDEX PIP_CONFIG_FILE=/dev/null \
	$(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-header --annotation-style=line \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-emit-options

# The first time, tests are compiled once: otherwise each of the processes that run them would do it, all at once.
COMPILED := $(BIN)/python -m pytest --collect-only -q -p no:cacheprovider >/dev/null 2>&1 || true

.PHONY: help
help: ## Say what there is to make
	@if [ -t 1 ]; then c='\033[36m' b='\033[1m' n='\033[0m'; else c='' b='' n=''; fi; \
	printf "$${b}Hotline$${n}: one number to dial, and a trained peer answers.\n\n"; \
	grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | while IFS= read -r line; do \
		printf "  $${c}make %-12s$${n} %s\n" "$${line%%:*}" "$${line##*## }"; \
	done; \
	printf "\nNew here? $${b}make run$${n}, then, in a second terminal, $${b}.venv/bin/hotline call$${n}.\n"

.PHONY: install
install: $(STAMP) ## Create .venv with everything in it (quick when nothing changed)
	@:

$(STAMP): pyproject.toml requirements/dev.txt
	@set -e; \
	if ! $(BIN)/python -c 'import sys, pip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
		python=''; \
		for candidate in $(or $(PYTHON),python3 python3.13 python3.12 python3.11 python3.14 python); do \
			if "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
				python=$$candidate; break; \
			fi; \
		done; \
		if [ -z "$$python" ]; then \
			echo "Hotline needs Python 3.11 or later; $(or $(PYTHON),python3) is: $$($(or $(PYTHON),python3) --version 2>&1 | tail -n 1)." >&2; \
			echo "Install one and run make again, or name one: make install PYTHON=/path/to/python3.12" >&2; \
			exit 1; \
		fi; \
		if ! "$$python" -c 'import venv, ensurepip' 2>/dev/null; then \
			echo "This Python cannot make virtual environments: its venv module is packaged apart." >&2; \
			echo "On Debian and Ubuntu: apt-get install python3-venv (as root). Then run make again." >&2; \
			exit 1; \
		fi; \
		echo "Creating $(VENV) with $$("$$python" --version)..."; \
		"$$python" -m venv --clear $(VENV); \
	fi
	@echo "Installing what requirements/dev.txt pins (a minute or so the first time)..."
	@$(PIP_INSTALL) --require-hashes -r requirements/dev.txt
	@$(PIP_INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

.PHONY: assets
assets: $(BUILT) ## Build the pages' scripts (quick when nothing changed)
	@:

node_modules/.installed: package.json package-lock.json .npmrc | $(STAMP)
	@echo "Fetching what the pages' scripts are made of (npm)..."
	@$(BIN)/npm ci --silent --no-progress && touch $@ || { \
		echo "npm could not fetch them: see \`$(BIN)/npm ci\`. The pages work without scripts; run make again later." >&2; \
	}

$(BUILT): $(SCRIPTS) node_modules/.installed
	@[ ! -e node_modules/.installed ] || { \
		rm -rf $(@D) && $(BIN)/npm run --silent build && touch $@ || { \
			echo "The pages' scripts could not be built; the pages work without them." >&2; \
		}; \
	}

.PHONY: run
run: install assets ## Start Hotline on this machine, in practice mode unless a carrier account is set
	@$(BIN)/hotline up

.PHONY: test
test: install assets test-setup ## Run the tests (more words for pytest: ARGS="-k hunt")
	@[ -n "$$(ls tests/__pycache__/conftest.*-pytest-*.pyc 2>/dev/null)" ] || $(COMPILED)
	@$(BIN)/python -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder $(ARGS)

# `quick` is what to run after each change: no server but Valkey, no browser, no process of its own.
.PHONY: quick
quick: lint ## Check style, types and imports, then run the fast tests: about a minute
	@$(BIN)/python -m pytest -q -n $(JOBS) --dist loadfile --no-loadscope-reorder tests/core tests/files tests/webhooks tests/feeds $(ARGS)

.PHONY: test-any-day
test-any-day: install assets test-setup ## Run the tests on other days: the clock is moved (ARGS="--only leap-day")
	@$(BIN)/python -m tests.any_day $(ARGS) -- -n $(JOBS) --dist loadfile --no-loadscope-reorder

.PHONY: test-setup
test-setup: ## Install what the tests need beside Python packages (PostgreSQL's server, Chromium, HAProxy, nginx, wrk)
	@./tests/setup.sh

.PHONY: bench
bench: install ## Measure: requests a second, memory, time to start
	@$(BIN)/python -m benchmarks $(ARGS)

.PHONY: kill-run
kill-run: install ## Kill worker, clock and Redis at random through 500 calls (ARGS="--calls 100"): what held
	@$(BIN)/python -m tests.faults.kill_run $(ARGS)

.PHONY: chaos
chaos: install ## Break every part of two machines through 30 minutes of calls (ARGS="--minutes 5"): what held
	@$(BIN)/python -m tests.faults.chaos $(ARGS)

.PHONY: hostile
hostile: install ## Send 100,000 hostile requests and damaged files (ARGS="--requests 20000"): what held
	@$(BIN)/python -m tests.faults.hostile $(ARGS)

.PHONY: soak
soak: install ## Place 20 calls a second for an hour (ARGS="--minutes 20 --rate 10"): what has grown
	@$(BIN)/python -m tests.faults.soak $(ARGS)

.PHONY: load
load: install ## Place more and more calls at once, until answers are slow (ARGS="--rows 1000000"): calls a second
	@$(BIN)/python -m benchmarks.most_calls $(ARGS)

.PHONY: proof
proof: install ## Write docs/proof.md from what the long runs have left
	@$(BIN)/python -m benchmarks.proof

# All at once: bandit takes as long as the others together. ruff finds what it is to skip line by line (S104 and so on),
# where each is allowed with its reason.
SEEN_BY_RUFF := B104,B310,B314,B506,B704
.PHONY: lint
lint: install ## Check style, types and who imports whom
	@said=$$(mktemp -d); trap 'rm -rf "$$said"' EXIT; place=0; \
	check() { \
		place=$$((place + 1)); tool=$$1; shift; \
		{ echo "$$tool $$*"; "$(BIN)/$$tool" "$$@" || echo "$$tool" >>"$$said/failed"; } >"$$said/$$place" 2>&1 & \
	}; \
	check ruff check --quiet --output-format concise .; \
	check ruff format --quiet --check .; \
	check mypy; \
	check lint-imports --no-logo; \
	check bandit --quiet --recursive --severity-level medium --skip $(SEEN_BY_RUFF) hotline; \
	wait; cat "$$said"/[1-9]; \
	if [ -e "$$said/failed" ]; then \
		echo "Not in order:" $$(cat "$$said/failed")". \`make format\` fixes what can be fixed." >&2; exit 1; \
	fi

# Asks the package index for known weaknesses of what requirements/run.txt pins, so it needs the internet.
.PHONY: audit
audit: install ## Look for known weaknesses in what gets installed (needs the internet)
	@$(BIN)/pip-audit --require-hashes --disable-pip --requirement requirements/run.txt

.PHONY: format
format: install ## Put the code in order: imports, layout, what ruff can fix
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

.PHONY: lock
lock: install ## Compile requirements/*.txt anew from pyproject.toml (ARGS=--upgrade for the latest)
	@$(BIN)/python -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || { \
		echo "Compile on Python 3.11, the lowest there is: later ones leave out what 3.11 needs." >&2; exit 1; }
	$(PIP_COMPILE) $(ARGS) --extra postgres --output-file requirements/run.txt pyproject.toml requirements/also.in
	$(PIP_COMPILE) $(ARGS) --extra postgres --extra dev --constraint requirements/run.txt \
		--output-file requirements/dev.txt pyproject.toml requirements/also.in

.PHONY: wheel
wheel: install assets ## Build dist/hotline-*.whl, with the pages' scripts in it
	@[ -e $(BUILT) ] || { echo "The pages' scripts are missing, so no wheel is built: see above." >&2; exit 1; }
	@$(BIN)/python -m pip wheel -qq --disable-pip-version-check --no-deps --no-build-isolation --wheel-dir dist .
	@ls dist/*.whl

.PHONY: clean
clean: ## Remove what was made here, but not var/ (its call log and spool are yours)
	rm -rf $(VENV) node_modules hotline/pages/static/built build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
