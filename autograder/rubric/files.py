# SPDX-License-Identifier: BSD-3-Clause
"""Which files a rubric is made of, in whichever form it is laid out."""

import hashlib
from collections.abc import Iterable
from pathlib import Path


def file_of(folder: Path) -> Path:
    """The file that defines a rubric's TASKS: `rubric.py`, or that of the folder `rubric`."""
    package = folder / "rubric" / "__init__.py"
    return package if package.is_file() else folder / "rubric.py"


def data_files(folder: Path) -> list[Path]:
    """What rubric and protocols may read beside the spec."""
    return sorted(
        file
        for file in folder.iterdir()
        if file.is_file() and file.suffix not in (".py", ".json", ".ipynb", ".md")
    )


def code_files(folder: Path) -> list[Path]:
    """The Python files of a rubric: `rubric.py` or those of the folder `rubric`, and the protocols."""
    package = folder / "rubric"
    rubric = sorted(package.rglob("*.py")) if package.is_dir() else sorted(folder.glob("rubric.py"))
    return [*rubric, *sorted(folder.glob("protocol_*.py"))]


def files(folder: Path) -> list[Path]:
    """All files from which a rubric is loaded."""
    known = [folder / name for name in ("spec.json", "acceptance.json")]
    return [*code_files(folder), *(file for file in known if file.is_file()), *data_files(folder)]


def digest_of(files: Iterable[Path], place: Path | None = None) -> str:
    """SHA-256 over names and contents of `files`, and over their folder where it counts."""
    total = hashlib.sha256(str(place or "").encode())
    for file in files:
        content = hashlib.sha256(file.read_bytes()).hexdigest()
        total.update(f"{file.name} {content}\n".encode())
    return total.hexdigest()
