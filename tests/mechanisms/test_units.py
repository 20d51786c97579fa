# SPDX-License-Identifier: BSD-3-Clause
"""What every mechanism of the course promises: units that agree, threads, no needless C++, words."""

import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from mechanisms.loader import FOLDER

FILES = sorted(FOLDER.glob("*.mod"))
NEEDS_A_VECTOR = {"vecstim.mod"}  # for which NMODL has no word


def complaints(file: Path) -> str:
    """What NEURON's unit checker has against a file; nothing when all agrees."""
    script = Path(sysconfig.get_path("scripts")) / "modlunit"
    run = subprocess.run(
        [sys.executable, script, file.name], cwd=file.parent, capture_output=True, text=True, timeout=60
    )
    said = (run.stdout + run.stderr).splitlines()
    assert any(line.startswith("Checking units") for line in said), run.stderr  # it did look
    talk = ("Checking units", "INCLUDEing")
    return "\n".join(
        line for line in said if line.strip() and not line.startswith(talk) and " sec" not in line
    )


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_do_the_units_agree(file):
    assert complaints(file) == ""


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("i = g * (v - e)", "i = g * v * e"),
        ("g = gmax * (B - A)", "g = B - A"),
        ("-A / rise", "-A * rise"),
        ("+ 273.15 (degC)", "+ 273.15 (mV)"),
    ],
)
def test_would_units_that_do_not_agree_be_seen(tmp_path, right, wrong):
    for source in FOLDER.glob("*.*"):
        if source.suffix in (".mod", ".inc"):
            shutil.copy(source, tmp_path)
    planted = tmp_path / "gaba_a.mod"
    text = planted.read_text()
    assert text.count(right) == 1
    planted.write_text(text.replace(right, wrong))
    assert complaints(planted) != ""


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_is_every_mechanism_threadsafe_and_documented_at_its_top(file):
    text = file.read_text()
    assert "THREADSAFE" in text
    head = text[: text.index("NEURON {")]
    assert head.startswith(": SPDX-License-Identifier: BSD-3-Clause") and "ENDCOMMENT" in head
    assert re.search(r"^    (synapse = h\.|vs = h\.|dendrite\.insert)", head, re.M)  # how to use it


def test_is_there_no_verbatim_but_where_nmodl_has_no_word():
    blocks = {file.name for file in FOLDER.glob("*.*") if file.suffix in (".mod", ".inc") and _verbatim(file)}
    assert blocks == NEEDS_A_VECTOR


def _verbatim(file: Path) -> bool:
    return any(line.strip() == "VERBATIM" for line in file.read_text().splitlines())
