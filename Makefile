# Two commands for a fresh machine: `make run` and `make test`. `make help` lists the rest.

display := $(shell sh packaging/setup/display.sh)
in_xvfb := env -u WAYLAND_DISPLAY QT_QPA_PLATFORM=xcb xvfb-run -a -s "-screen 0 1440x900x24"
python := .venv/bin/python

.PHONY: help run test bench screenshots architecture update audit clean
.DEFAULT_GOAL := help

help:
	@echo "make run          open the window; without a display, show it at work on a virtual one"
	@echo "make test         check style, types and layers, then run every test"
	@echo "make bench        measure what has to be fast"
	@echo "make screenshots  take the README's pictures again"
	@echo "make architecture draw the rooms and their imports again"
	@echo "make update       renew the lock files: the newest versions that fit, with their hashes"
	@echo "make audit        ask for known faults of the locked packages"
	@echo "make clean        remove all that these commands made"

ifneq ($(display),)
run: .venv/ready-window
	$(python) -m civitai_desktop $(ARGS)
else
run: .venv/ready-virtual
	$(in_xvfb) $(python) packaging/demo.py --output artifacts/demo
endif

test: .venv/ready-tests
	$(python) -m ruff check
	$(python) -m ruff format --check
	$(python) -m mypy
	.venv/bin/lint-imports
	env -u CIVITAI_API_KEY QT_QPA_PLATFORM=offscreen $(python) -m pytest -n auto --maxprocesses 4 --dist worksteal

bench: .venv/ready-tests
	QT_QPA_PLATFORM=offscreen $(python) -m tests.benchmarks

screenshots: .venv/ready-virtual
	$(in_xvfb) $(python) packaging/screenshots.py

architecture: .venv/ready-window
	$(python) packaging/architecture.py

update: .tools/ready
	.tools/bin/python packaging/setup/lock.py

audit: .tools/ready
	.tools/bin/python packaging/setup/audit.py

clean:
	rm -rf .venv .tools build dist artifacts .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find civitai_desktop tests packaging -name __pycache__ -prune -exec rm -rf {} +

# Stamps: a second run installs nothing, a changed list of dependencies does.
.venv/ready-%: pyproject.toml packaging/setup/locked-run.txt packaging/setup/locked-tests.txt \
		packaging/setup/prepare.py packaging/setup/python.sh
	@python=$$(sh packaging/setup/python.sh) && "$$python" packaging/setup/prepare.py $*

.tools/ready: packaging/setup/locked-tools.txt packaging/setup/python.sh
	@$$(sh packaging/setup/python.sh) -m venv --clear .tools
	@.tools/bin/python -m pip install --quiet --require-hashes --requirement $<
	@touch $@
