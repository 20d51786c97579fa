# SPDX-License-Identifier: BSD-3-Clause
"""`make` names what is missing in one sentence; the server shows its folders and nothing else."""

import os
import re
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

import mechanisms

ROOT = Path(mechanisms.__file__).resolve().parent.parent


@pytest.fixture
def clone(tmp_path):
    """The files that setting up begins with, and nothing set up."""
    for name in ("Makefile", "requirements.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    for name in ("tools/machine.py", "neuroscales/__init__.py", "neuroscales/programs.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def make(clone, *arguments, **variables):
    command = [shutil.which("make"), *arguments]
    environment = {**os.environ, "MAKEFLAGS": "", **variables}
    return subprocess.run(command, cwd=clone, env=environment, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("target", ["course", "test", "doctor"])
def test_is_a_missing_python_named(clone, target):
    run = make(clone, target, "PYTHON=no-such-python")
    assert run.returncode != 0
    assert "Python is missing (no-such-python). Debian, Ubuntu: sudo apt install python3-venv" in run.stderr
    assert not (clone / ".venv").exists()


def test_does_help_name_every_target(clone):
    phony = re.search(r"^\.PHONY: (.+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)[1].split()
    run = make(clone)
    assert run.returncode == 0
    inner = {"help", "need-python", "machine-book", "machine-course", "machine-test"}
    assert [target for target in phony if target not in inner and f"make {target} " not in run.stdout] == []


@pytest.fixture
def address(tmp_path):
    """Address of a server of two folders, as `make course` starts it."""
    for name in ("book", "report"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "index.html").write_text(f"the {name}")
    (tmp_path / "secret.txt").write_text("not served")
    (tmp_path / "book" / "link.txt").symlink_to(tmp_path / "secret.txt")
    folders = [f"{name}={tmp_path / name}" for name in ("book", "report")]
    command = [sys.executable, str(ROOT / "tools" / "serve.py"), *folders]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    yield re.search(r"book: (http://127\.0\.0\.1:\d+)/book/", server.stdout.readline())[1]
    server.terminate()
    server.wait(timeout=10)


def fetch(address):
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, ""


def test_are_both_folders_served_at_the_address_printed(address):
    assert fetch(f"{address}/book/") == (200, "the book")
    assert fetch(f"{address}/report/index.html") == (200, "the report")


@pytest.mark.parametrize(
    "path", ["", "/secret.txt", "/book/../secret.txt", "/book/%2e%2e/secret.txt", "/book/link.txt"]
)
def test_is_nothing_else_served(address, path):
    assert fetch(address + path) == (404, "")
