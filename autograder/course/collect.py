# SPDX-License-Identifier: BSD-3-Clause
"""Reading one student's submission: the notebook alone, as bytes that may hold anything."""

import io
import os
import re
import stat
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from autograder.handin import untrusted

MAX_NOTEBOOK_BYTES = 20_000_000
MAX_CELLS = 1_000
MAX_PARTS = 1_000_000  # each costs the reader some hundred bytes, however short it is written


class SubmissionProblem(Exception):
    """A submission that cannot be graded; the message is one sentence for the instructor and the student."""


def read_submission(folder: Path, assignment: str) -> NotebookNode:
    """The notebook `assignment`.ipynb in `folder`, as nbformat 4 with sources and metadata, without outputs.

    Where there is none of that name, what browsers make of it counts (`axon (1).ipynb`, the last of them),
    else the only notebook there. Only a regular file is read, never through a link; other files in the folder
    are not looked at. What comes back has the outer form of a notebook; its cells are still the student's
    (see `autograder.handin.cells.rebuild`).

    Raises:
        SubmissionProblem: If there is no such file, nobody can say which of several counts, it is a link, a
            device or too large, or it does not hold a notebook.
    """
    return parse_notebook(_read_regular(Path(folder), assignment), f"{assignment}.ipynb")


def count_of(name: str, assignment: str) -> int | None:
    """The number that a browser or a platform put behind the assignment's name; None for another name.

    >>> [count_of(name, "axon") for name in ("axon.ipynb", "Axon (2).ipynb", "axon-1.ipynb", "mine.ipynb")]
    [0, 2, 1, None]
    """
    found = re.fullmatch(rf"{re.escape(assignment)}(?:[-_ ]?\(?(\d{{1,9}})\)?)?\.ipynb", name, re.IGNORECASE)
    return int(found[1] or 0) if found else None


def parse_notebook(data: bytes, name: str) -> NotebookNode:
    """A notebook from bytes that a student sent; `name` is used in sentences.

    Raises:
        SubmissionProblem: If the bytes are not UTF-8, not JSON within limits, or not a notebook of nbformat 1
            to 4.
    """
    if data.count(b"[") + data.count(b"{") > MAX_PARTS:
        raise SubmissionProblem(
            f"{name} has more than {MAX_PARTS} parts: clear its outputs and hand in again."
        )
    try:
        content = untrusted.loads(data.decode("utf-8-sig"), strict=False)
    except UnicodeDecodeError:
        raise SubmissionProblem(f"{name} is not UTF-8 text: save it again from Jupyter.") from None
    except untrusted.UntrustedError as error:
        raise SubmissionProblem(f"{name} cannot be read, {error}: save it again from Jupyter.") from None
    return _as_version_4(content, name)


def open_regular(path: str | Path, directory: int | None = None) -> io.BufferedReader:
    """Open a regular file to read its bytes; the file itself is never reached through a link.

    Args:
        path: the file; relative to `directory` (an open folder) where that is given.
        directory: a file descriptor, or None.

    Raises:
        SubmissionProblem: it is not there, it is a link, a pipe, a device or a folder, or cannot be opened.
    """
    name = Path(path).name
    # without O_NONBLOCK a FIFO in place of the file would wait for ever
    file = _open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, directory, name)
    if not stat.S_ISREG(os.fstat(file).st_mode):
        os.close(file)
        raise SubmissionProblem(f"{name} is not a regular file.")
    return os.fdopen(file, "rb")


def _read_regular(folder: Path, assignment: str) -> bytes:
    """The bytes of the folder's notebook, a regular file; neither the folder nor the file may be a link."""
    directory = _open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, None, folder.name)
    try:
        name = _name_in(directory, assignment)
        with open_regular(name, directory) as opened:
            data = opened.read(MAX_NOTEBOOK_BYTES + 1)
    finally:
        os.close(directory)
    if len(data) > MAX_NOTEBOOK_BYTES:
        limit = MAX_NOTEBOOK_BYTES // 1_000_000
        raise SubmissionProblem(f"{name} is larger than {limit} MB: clear its outputs and hand in again.")
    return data


def _name_in(directory: int, assignment: str) -> str:
    """Which file of an open folder is the notebook; none is opened here."""
    wanted = f"{assignment}.ipynb"
    names = [name for name in os.listdir(directory) if name.casefold().endswith(".ipynb")]
    if wanted in names or not names:
        return wanted
    counts = {name: count for name in names if (count := count_of(name, assignment)) is not None}
    if counts or len(names) == 1:
        return max(counts, key=lambda name: (counts[name], name)) if counts else names[0]
    raise SubmissionProblem(
        f"There are {len(names)} notebooks and none is called {wanted}: give the one that counts this name."
    )


def _open(path: str | Path, flags: int, directory: int | None, name: str) -> int:
    """`os.open`, with a sentence in place of an errno."""
    try:
        return os.open(path, flags | os.O_CLOEXEC, dir_fd=directory)
    except FileNotFoundError:
        raise SubmissionProblem(f"There is no {name}.") from None
    except OSError as error:
        raise SubmissionProblem(
            f"{name} is not a regular file or cannot be opened ({error.strerror})."
        ) from None


def _as_version_4(content: Any, name: str) -> NotebookNode:
    """The content as a notebook of nbformat 4, whatever version it was written in."""
    version = content.get("nbformat") if isinstance(content, dict) else None
    if type(version) is not int or not 1 <= version <= 4:
        raise SubmissionProblem(f"{name} is not a notebook of a known version.")
    try:
        reader = nbformat.versions[version]
        notebook = reader.to_notebook_json(content, minor=content.get("nbformat_minor", 0))
        converted = nbformat.convert(notebook, 4)
        cells = [_bare(cell) for cell in converted.cells[:MAX_CELLS]]
    except Exception:  # whatever the converters trip over, the answer to the student is the same
        raise SubmissionProblem(f"{name} is not a sound notebook: save it again from Jupyter.") from None
    return nbformat.from_dict({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells})


def _bare(cell: Any) -> dict[str, Any]:
    """What grading needs of a cell: type, source, ids and pasted pictures."""
    source = cell["source"]
    if not isinstance(source, str) or not isinstance(cell["cell_type"], str):
        raise TypeError("a cell without text")
    metadata = cell.get("metadata")
    marks = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    bare = {
        "cell_type": cell["cell_type"],
        "source": untrusted.writable(source),
        "metadata": {"nbgrader": marks} if marks else {},
    }
    return bare | {key: cell[key] for key in ("id", "attachments") if key in cell}
