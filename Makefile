# Two commands for a fresh machine: `make run` and `make test`. `make help` lists the rest.

display := $(shell sh packaging/setup/display.sh)
in_xvfb := env -u WAYLAND_DISPLAY QT_QPA_PLATFORM=xcb xvfb-run -a -s "-screen 0 1440x900x24"
python := .venv/bin/python

.PHONY: help run test bench screenshots clean
.DEFAULT_GOAL := help

help:
	@echo "make run          open the window; without a display, show it at work on a virtual one"
	@echo "make test         check style, types and layers, then run every test"
	@echo "make bench        measure what has to be fast"
	@echo "make screenshots  take the README's pictures again"
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

clean:
	rm -rf .venv build dist artifacts .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find civitai_desktop tests packaging -name __pycache__ -prune -exec rm -rf {} +

# Stamps: a second run installs nothing, a changed list of dependencies does.
.venv/ready-%: pyproject.toml packaging/setup/prepare.py packaging/setup/python.sh
	@python=$$(sh packaging/setup/python.sh) && "$$python" packaging/setup/prepare.py $*
