# SPDX-License-Identifier: BSD-3-Clause
"""What is loaded by whom? A student and a slip on the command line wait for nothing they do not need."""

import json
import subprocess
import sys

import pytest

_HEAVY = {
    "IPython", "distributed", "jsonschema", "jupytext", "matplotlib", "nbconvert", "nbformat", "nbgrader",
    "neuron", "scipy", "sqlalchemy", "traitlets",
}  # fmt: skip


def loaded_by(code):
    """The packages that a fresh Python has loaded after `code`."""
    say = "\nimport json, sys\nprint(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))"
    run = subprocess.run([sys.executable, "-c", code + say], capture_output=True, text=True, timeout=120)
    assert run.returncode == 0, run.stderr
    return set(json.loads(run.stdout.splitlines()[-1]))


@pytest.mark.parametrize("code", ["from autograder import handin; handin.start", "import autograder.handin"])
def test_is_the_hand_in_face_light(code):
    loaded = loaded_by(code)
    assert "numpy" in loaded
    assert not loaded & _HEAVY


def command(*arguments):
    return f"""
import contextlib, io
from autograder.cli import main
with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
    with contextlib.suppress(SystemExit):
        main({list(arguments)!r})
"""


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"], ["grade", "--help"], ["nonsense"], ["grade", "/nowhere"], ["report", "/nowhere"],
        ["feedback", "/nowhere"], ["export", "/nowhere"], ["collect", "/nowhere", "a", "b.zip"],
        ["return", "/nowhere", "a", "--to", "b.zip"], ["backup", "/nowhere", "--to", "b.tar.gz"],
        ["release", "nonsense"], ["derive", "nonsense"], ["fairness", "nonsense"], ["init", "/"],
        ["check", "/nowhere.ipynb"], ["params", "ada", "--course", "/nowhere"], ["new", "Not a name"],
    ],
)  # fmt: skip
def test_does_a_command_that_cannot_be_carried_out_load_nothing_heavy(arguments):
    assert not loaded_by(command(*arguments)) & (_HEAVY | {"numpy"})
