# SPDX-License-Identifier: BSD-3-Clause
"""The hash over what decides the numbers of a rubric: code as far as it moves one, data, mechanisms."""

import hashlib
import re
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

from autograder.rubric.files import data_files, file_of
from autograder.rubric.fingerprint import Code
from autograder.rubric.task import Rubric
from mechanisms.nmodl import names_in

# What goes into a verdict beside points and names: no table depends on it.
_NO_NUMBER = frozenset({"plots", "versions"})


def code_digest(loaded: Rubric, starts: Iterable[tuple[Path, str]], *more: bytes) -> str:
    """SHA-256 over a rubric, over `starts` and what they need, and over `more`."""
    folder, code = loaded.folder, Code(without=_NO_NUMBER)
    rubrics = [
        (file_of(folder), "TASKS"),
        *((file, "") for file in sorted(folder.glob("protocol_*.py"))),
    ]
    texts = code.written([*rubrics, *starts])
    files = [folder / "spec.json", *data_files(folder), *_mechanisms(code.words)]
    total = hashlib.sha256("\n".join(texts).encode())
    for content in (*(file.read_bytes() for file in files), *more):
        total.update(hashlib.sha256(content).digest())
    return total.hexdigest()


def _mechanisms(words: Iterable[str]) -> list[Path]:
    """The NMODL files whose mechanisms are named, and those that these include."""
    folder = Path(__file__).parents[2] / "mechanisms"
    known = {path: set(names_in(path.read_text(encoding="ascii"))) for path in folder.glob("*.mod")}
    known |= {path: {path.stem} for path in folder.glob("*.inc")}
    found: set[Path] = set()
    waiting = [set(words)]
    while waiting:
        named = waiting.pop()
        new = {path for path, names in known.items() if names & named} - found
        found |= new
        waiting += [set(re.findall(r"\w+", path.read_text(encoding="utf-8"))) for path in new]
    return sorted(found)


def digest(loaded: Rubric) -> str:
    """SHA-256 over what a rubric's simulations follow from; versions of what they run on."""
    versions = " ".join(f"{name} {version(name)}" for name in ("neuron", "numpy", "scipy"))
    return f"{code_digest(loaded, [])} {versions}"
