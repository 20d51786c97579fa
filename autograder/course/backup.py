# SPDX-License-Identifier: BSD-3-Clause
"""A course in one file: to keep a copy, or to go on with on another machine.

The gradebook is copied by SQLite's own backup, so that the copy is whole even while somebody marks; no grader
runs meanwhile. What can be made again (sandbox leftovers, locks) stays out.
"""

import json
import os
import sqlite3
import tarfile
import tempfile
from pathlib import Path

from autograder.course.folder import Course, CourseError, default_rubrics, write_atomically

_DATABASE = "gradebook.db"
_LEFT_OUT = (_DATABASE, f"{_DATABASE}-wal", f"{_DATABASE}-shm", f"{_DATABASE}-journal", ".lock")


def save(course: Course, path: Path) -> Path:
    """Write the whole course to the new file `path` (tar, gzip), readable by its owner alone.

    Raises:
        CourseError: the file exists, lies in the course, or a grader is at work.
    """
    path = Path(path).resolve()
    if path.exists() or path.is_relative_to(course.root):
        raise CourseError(f"{path} exists already or lies in the course itself; choose another name.")
    with course.locked(), tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch) / _DATABASE
        if (course.root / _DATABASE).is_file():  # else it lies in a database that keeps its own copies
            _copy_database(course.root / _DATABASE, copy)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file, tarfile.open(fileobj=file, mode="w:gz") as archive:
            for entry in sorted(course.root.iterdir()):
                if entry.name not in _LEFT_OUT:
                    archive.add(entry, entry.name, filter=_plain)
            if copy.exists():
                archive.add(copy, _DATABASE)
    return path


def restore(path: Path, root: Path, rubrics: Path | None = None) -> Course:
    """Make the course in the file `path` again in the new folder `root`.

    Args:
        path: what `save` wrote.
        root: the folder to make; it must not exist, or be empty.
        rubrics: where the solutions are on this machine; where they were, or `default_rubrics()`.

    Raises:
        CourseError: the folder is not empty, or the file is no such copy.
    """
    root = Path(root).resolve()
    if root.exists() and any(root.iterdir()):
        raise CourseError(f"{root} is not empty; choose another folder.")
    root.mkdir(parents=True, exist_ok=True)
    root.chmod(0o700)
    try:
        with tarfile.open(path, "r:gz") as archive:
            archive.extractall(root, filter="data")
        settings = json.loads((root / "course.json").read_text(encoding="utf-8"))
    except (OSError, tarfile.TarError, ValueError, EOFError) as error:
        raise CourseError(f"{path} is no copy of a course, or a damaged one: {error}.") from None
    if rubrics or not Path(settings["rubrics"]).is_dir():
        settings["rubrics"] = str(Path(rubrics).resolve() if rubrics else default_rubrics())
        write_atomically(root / "course.json", json.dumps(settings, indent=1) + "\n")
    return Course.open(root)


def _plain(entry: tarfile.TarInfo) -> tarfile.TarInfo | None:
    """Files and folders; links and devices that somebody handed in are left behind."""
    return entry if entry.isfile() or entry.isdir() else None


def _copy_database(source: Path, target: Path) -> None:
    """A whole copy, whatever else is being written."""
    with sqlite3.connect(source) as old, sqlite3.connect(target) as new:
        old.backup(new)
    new.close()
    old.close()
