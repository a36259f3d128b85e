# make run         start the app                            make run PORT=8502 HOST=0.0.0.0
# make test        format, lint, all tests, real browser    make test TESTS=tests/cells
# make bench       the benchmarks                           make shots   the screenshots of the README
# make format lint coverage clean
# make assets      train anew what ships with the app (half an hour)
#
# Each sets up what it needs: a Python 3.11 or newer is all that has to be there (PYTHON=... names one).

HOST ?= 127.0.0.1
PORT ?= 8501
ALLOW_HOST ?=
TESTS ?=
PYTHON ?=

# Systems name their Pythons differently, and some keep an old one as python3.
PYTHONS := $(or $(PYTHON),python3 python3.14 python3.13 python3.12 python3.11 python)

VENV := .venv
RUN := $(VENV)/bin/python
PIP := $(RUN) -m pip install -q --disable-pip-version-check

# More than one BLAS thread slows small matrices down; the setting counts before NumPy is loaded.
export OPENBLAS_NUM_THREADS ?= 1
export OMP_NUM_THREADS ?= 1
export MKL_NUM_THREADS ?= 1

.PHONY: run test lint format coverage bench shots assets browser clean
.DELETE_ON_ERROR:

run: $(VENV)/ready-to-run
	@exec $(RUN) -m explorer.serve --host '$(HOST)' --port '$(PORT)' $(foreach name,$(ALLOW_HOST),--allow-host '$(name)')

# What opens a browser runs by itself afterwards: it is timed by what stands on a screen.
test: lint browser
ifeq ($(TESTS),)
	@$(RUN) -m pytest -q -n auto --maxprocesses 8 -m "not browser"
	@$(RUN) -m pytest -q -n auto --maxprocesses 2 -m browser
else
	@$(RUN) -m pytest -q $(TESTS)
endif

lint: $(VENV)/ready-to-test
	@$(RUN) -m ruff format --check -q . || { echo "Some files are not formatted: run 'make format'." >&2; exit 1; }
	@$(RUN) -m ruff check -q .

format: $(VENV)/ready-to-test
	@$(RUN) -m ruff format -q .
	@$(RUN) -m ruff check -q --fix .

coverage: browser
	@$(RUN) -m pytest -q --cov --cov-report=term $(TESTS)

bench: browser
	@$(RUN) -m tests.bench

shots: browser
	@$(RUN) -m tests.browser.shots

assets: $(VENV)/ready-to-run
	@exec $(RUN) -m assets.make

browser: $(VENV)/ready-to-test
	@$(RUN) -m tests.browser.chromium

clean:
	rm -rf $(VENV) .pytest_cache .ruff_cache .hypothesis .coverage htmlcov
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/ready-to-test: requirements.txt requirements-dev.txt | $(VENV)/made
	@echo "Installing the packages of the tests (several minutes the first time) ..."
	@$(PIP) -r requirements-dev.txt
	@touch $(VENV)/ready-to-run $@

$(VENV)/ready-to-run: requirements.txt | $(VENV)/made
	@echo "Installing the packages of the app (several minutes the first time) ..."
	@$(PIP) -r requirements.txt
	@touch $@

$(VENV)/made:
	@for python in $(PYTHONS); do \
		"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
		"$$python" -c 'import ensurepip, venv' 2>/dev/null || { without="$$python"; continue; }; \
		echo "Making the virtual environment $(VENV) with $$("$$python" --version) ..."; \
		"$$python" -m venv $(VENV) && touch $@ && exit 0; exit 1; \
	done; \
	if [ -n "$$without" ]; then \
		echo "$$without cannot make a virtual environment: install its venv module (Debian, Ubuntu: sudo apt install python3-venv) and run make again." >&2; \
	else \
		echo "Wanted Python 3.11 or newer, found none under the names $(PYTHONS): install one, or name it: make run PYTHON=/path/to/python3." >&2; \
	fi; exit 1
