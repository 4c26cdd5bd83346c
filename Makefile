# Needs nothing but Python (3.11 to 3.13) and make.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
DEMO = runs/demo

.PHONY: install demo test test-slow check docs clean

install: $(VENV)/.installed

$(VENV)/.installed: pyproject.toml constraints.txt hatch_build.py
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	# torch first, at its exact version: an open range would bring gigabytes of CUDA libraries.
	$(BIN)/python -m pip install --quiet --constraint constraints.txt torch==2.13.0
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	touch $@

# The main job on the embedded default: evolve a reward for a sparse MetaWorld task, compare, plot.
demo: install
	$(BIN)/rewardsmith evolve window-open --generations 2 --samples 4 --steps 80000 --horizon 150 \
		--final-seeds 5 --out $(DEMO)
	@echo "plots: $(DEMO)/plots"

test: install
	# A file's tests stay together, since they share recordings of official environments. In the order of the
	# folders, for the files with the fewest tests are the longest, and would come last.
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder

test-slow: install
	$(BIN)/python -m pytest -m slow

check: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest tests/test_imports.py

docs: install
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

clean:
	rm -rf $(VENV) .dev build dist site
