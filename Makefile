# Two commands are all there is to know: `make course` and `make test`. `make help` names the rest.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
unexport PYTHONPATH PYTHONHOME

PYTHON ?= python3
SERVE ?= 1

BIN := .venv/bin
READY := .venv/ready
SAMPLE := _build/sample-course
# What a mark hangs on: when one of these changes, the sample class is graded again.
GRADING := requirements.lock $(shell find neuroscales mechanisms autograder solutions tests/autograder/sample_class \
    -type f -not -path '*/__pycache__/*')
MACHINE := $(PYTHON) tools/machine.py

.PHONY: help course test book grade doctor lint picture lock clean need-python machine-book machine-course machine-test

help:
	@echo "make course   set everything up, build the book, grade a sample class, show both (SERVE=0: do not serve)"
	@echo "make test     set everything up and run all tests"
	@echo
	@echo "make book     build the book into _build/html"
	@echo "make grade    release the assignment and grade the sample class into $(SAMPLE)"
	@echo "make doctor   is it installed and working?"
	@echo "make lint     what CI checks before it tests"
	@echo "make picture  take the README's picture from the built book"
	@echo "make lock     write requirements.lock and environment.yml from pyproject.toml"
	@echo "make clean    remove what make made: _build and .venv"
	@echo
	@echo "PYTHON=/path/to/python3.12 chooses the Python that .venv is made with."

course: machine-course
	@$(MAKE) --no-print-directory book grade
	@if [ "$(SERVE)" != 0 ]; then \
	    exec $(BIN)/python tools/serve.py book=_build/html \
	        report=$(SAMPLE)/report feedback=$(SAMPLE)/feedback; \
	fi

test: machine-test
	@$(MAKE) --no-print-directory $(READY)
	@$(BIN)/python -m pytest -n auto

book: $(READY)
	@echo "Building the book, every page executed."
	@$(BIN)/python tools/build_book.py build book --config _config.yml --path-output . -W --keep-going

grade: $(SAMPLE)/graded

machine-book machine-course machine-test: need-python
	@$(MACHINE) $(@:machine-%=%)

need-python:
	@command -v $(PYTHON) > /dev/null || { \
	    echo "Python is missing ($(PYTHON)). Debian, Ubuntu: sudo apt install python3-venv" >&2; exit 1; }

doctor: $(READY)
	@$(BIN)/python -m neuroscales.doctor

lint: $(READY)
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/lint-imports --no-cache --no-logo

picture: book
	@$(BIN)/python tools/picture.py

lock: $(READY)
	@UV_CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/uv pip compile --quiet pyproject.toml --all-extras --universal \
	    --python-version 3.11 --generate-hashes --output-file requirements.lock
	@$(BIN)/python tools/environment.py

clean:
	@rm -rf _build .venv

# What the course stands on: an environment of its own, with the locked version of everything.
$(READY): requirements.lock pyproject.toml
	@$(MAKE) --no-print-directory machine-book
	@$(PYTHON) tools/install.py
	@touch $@

# The sample class: handed in, graded in the sandbox, reported.
$(SAMPLE)/graded: $(READY) $(GRADING)
	@rm -rf $(SAMPLE)
	@$(BIN)/autograder init $(SAMPLE) --key sample
	@$(BIN)/python tests/autograder/sample_class/make.py $(SAMPLE)
	@$(BIN)/autograder grade $(SAMPLE)
	@$(BIN)/autograder report $(SAMPLE)
	@touch $@
