# make start and make test are all a learner needs; make help lists the rest.
# Plain GNU make 3.81, as macOS has it. PYTHON=/path/to/python3.13 chooses the Python of .venv.

SHELL := /bin/sh
BIN := .venv/bin
CORES := $(shell getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
# One more than cores: a third of the time a test waits for a process, a clock or a queue.
WORKERS ?= $(shell expr $(CORES) + 1)
TESTS ?= tests
NOTEBOOKS := $(wildcard notebooks/*.ipynb)

export NO_MKDOCS_2_WARNING := 1

.PHONY: help setup start test lint docs notebooks pictures bench bench-dynamodb bench-deploy bench-store bench-packages bench-trace bench-parallel soak grade-demo clean lock bundle bundle-test bench-peers bench-against

help:
	@echo "make start           set up, then run the sandbox, JupyterLab and the guide until Ctrl-C"
	@echo "make test            set up, then run all tests (TESTS=tests/workshop for some of them)"
	@echo "make lint            ruff, its format check, mypy, notebooks without outputs"
	@echo "make docs            build the guide into site/, notebooks with their outputs"
	@echo "make notebooks       execute the notebooks for the guide, where something changed"
	@echo "make pictures        make the pictures of README and guide anew (needs Chromium)"
	@echo "make bench           measure the sandbox, in one table"
	@echo "make bench-dynamodb  its operations, tables by size"
	@echo "make bench-deploy    how long stacks take"
	@echo "make bench-store     what it costs to keep state"
	@echo "make bench-packages  what an SDK costs in a deployment package"
	@echo "make bench-trace     what its trace costs a request"
	@echo "make bench-parallel  many requests at once to a slow function: who is throttled"
	@echo "make bench-against   this checkout beside another one, in turns (ARGS=../other)"
	@echo "make bench-peers     other local AWSs beside it, which are fetched (ARGS=--save: into docs/comparison.md)"
	@echo "make grade-demo      grade thirty made-up submissions, hostile ones among them"
	@echo "make bundle          one file for a class without internet (PLATFORM=macos-arm64 PYTHONS=\"3.12 3.13\")"
	@echo "make bundle-test     make one, and prove it where no network can be reached"
	@echo "make soak            20,000 fuzzed requests: does it stand them, and leak nothing?"
	@echo "make setup           make .venv and install what requirements.txt locks"
	@echo "make lock            resolve pyproject.toml into requirements.txt anew"
	@echo "make clean           remove what these commands made, never work/"

setup:
	@command -v $(or $(PYTHON),python3) >/dev/null || { \
		echo "The setup cannot go on: there is no $(or $(PYTHON),python3) on the PATH."; \
		echo "Install Python 3.11 or newer, or name one: make setup PYTHON=/path/to/python3.13"; \
		exit 1; }
	@$(or $(PYTHON),python3) tools/bootstrap.py setup --python "$(PYTHON)" --bundle "$(BUNDLE)"

start: setup
	@$(BIN)/workshop start $(ARGS)

test: setup
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(TESTS) $(ARGS)

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(if $(NOTEBOOKS),$(BIN)/nbstripout --verify $(NOTEBOOKS))

docs: notebooks
	$(BIN)/mkdocs build --strict

notebooks: setup
	@$(BIN)/python tools/executed_notebooks.py $(ARGS)

pictures: notebooks
	@PYTHONPATH=tools $(BIN)/python -m pictures $(ARGS)

bench: setup
	@$(BIN)/python -m benchmarks $(ARGS)

bench-dynamodb: setup
	@$(BIN)/python -m benchmarks.dynamodb $(ARGS)

bench-deploy: setup
	@$(BIN)/python -m benchmarks.deployments $(ARGS)

bench-store: setup
	@$(BIN)/python -m benchmarks.store $(ARGS)

bench-packages: setup
	@$(BIN)/python -m benchmarks.packages $(ARGS)

bench-trace: setup
	@$(BIN)/python -m benchmarks.trace $(ARGS)

bench-parallel: setup
	@$(BIN)/python -m benchmarks.parallel $(ARGS)

bench-peers: setup
	@$(BIN)/python -m benchmarks.peers $(ARGS)

bench-against: setup
	@$(BIN)/python -m benchmarks.against $(ARGS)

soak: setup
	@$(BIN)/python -m benchmarks.soak $(ARGS)

grade-demo: setup
	@$(BIN)/python -m benchmarks.grading $(ARGS)

bundle: setup
	@$(BIN)/python tools/bundle.py --platform "$(PLATFORM)" --pythons "$(PYTHONS)"

bundle-test: bundle
	@$(BIN)/python tools/bundle_proof.py

lock: setup
	@$(BIN)/python tools/bootstrap.py lock

clean:
	rm -rf .venv .sandbox site dist .pytest_cache .mypy_cache .ruff_cache
	find . -name node_modules -prune -o -name work -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +
