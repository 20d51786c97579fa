# SPDX-License-Identifier: BSD-3-Clause
"""A new assignment to begin from: it works as it is, and says TODO where it is empty."""

import re
from importlib.resources import files
from pathlib import Path

from autograder.course.folder import CourseError

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_FILES = ("rubric/__init__.py", "rubric/answer.py", "spec.json", "manifest.json", "teaching.json")


def create(rubrics: Path, name: str) -> Path:
    """Make the folder `name` in `rubrics`: notebook, spec, rubric, manifest and teaching notes.

    Raises:
        CourseError: the name is unfit, or taken.
    """
    if not _NAME.fullmatch(name) or len(name) > 60:
        raise CourseError(f"{name!r} cannot be an assignment's name: small letters, digits and hyphens.")
    folder = Path(rubrics) / name
    if folder.exists():
        raise CourseError(f"{folder} exists already; choose another name.")
    (folder / "rubric").mkdir(parents=True)
    _write(folder / f"{name}.py", "notebook.py", name)
    for file in _FILES:
        _write(folder / file, file, name)
    return folder


def _write(path: Path, template: str, name: str) -> None:
    """One file of the skeleton, with the assignment's name in it."""
    text = (
        files("autograder.authoring")
        .joinpath("templates", *f"{template}.template".split("/"))
        .read_text(encoding="utf-8")
    )
    path.write_text(text.replace("NAME", name), encoding="utf-8")
