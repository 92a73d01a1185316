# make demo    set up everything and run the main job on sample data (no key, no network)
# make test    set up everything and run the tests
# make lint    style and types
# make bench   the benchmarks

PYTHON := .venv/bin/python
READY := .venv/.ready

.PHONY: demo test test-slow lint bench setup samples countries clean

demo: setup
	$(PYTHON) -m bulk_io demo

test: setup
	$(PYTHON) -m pytest -n auto

test-slow: setup
	$(PYTHON) -m pytest -n auto -m slow --timeout 900

lint: setup
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy

bench: setup
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --editable '.[bench]'
	$(PYTHON) benchmarks/run.py

setup: $(READY)

# the environment is made once, and completed when the project's dependencies change
$(READY): pyproject.toml
	test -x $(PYTHON) || python3 -m venv .venv
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@

samples: setup
	$(PYTHON) tests/generate_sample_data.py

countries: setup
	$(PYTHON) tests/generate_countries.py

clean:
	rm -rf .venv dist build .coverage htmlcov
