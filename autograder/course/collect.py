# SPDX-License-Identifier: BSD-3-Clause
"""Reading one student's submission: the notebook alone, as bytes that may hold anything."""

import contextlib
import functools
import io
import os
import re
import stat
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from autograder.course.folder import Course
from autograder.handin import untrusted
from autograder.handin.cells import is_given, rebuild

MAX_NOTEBOOK_BYTES = 20_000_000
MAX_CELLS = 1_000
_MAX_CANDIDATES = 20
MAX_PARTS = 1_000_000  # each costs the reader some hundred bytes, however short it is written


class SubmissionProblem(Exception):
    """A submission that cannot be graded; the message is one sentence for the instructor and the student."""


def read_submission(folder: Path, assignment: str, release: NotebookNode | None = None) -> NotebookNode:
    """The notebook that counts in `folder`, as nbformat 4 with sources and metadata, without outputs.

    That is `assignment`.ipynb; where there is none, or nobody wrote into it, what browsers and editors make
    of its name (`axon (1).ipynb`, `axon-Copy1.ipynb`; the last of them), else the only notebook there. Only a
    regular file is read, never through a link; other files in the folder are not looked at. What comes back
    has the outer form of a notebook; its cells are still the student's (see `autograder.handin.cells`).

    Args:
        folder: what was handed in.
        assignment: its name.
        release: the notebook as it was given out: by it one is known into which nobody wrote.

    Raises:
        SubmissionProblem: If there is no such file, nobody can say which of several counts, it is a link, a
            device or too large, or it does not hold a notebook.
    """
    return choose_submission(folder, assignment, release)[0]


def choose_submission(
    folder: Path, assignment: str, release: NotebookNode | None
) -> tuple[NotebookNode, str]:
    """As `read_submission`, with a sentence on which of several notebooks was taken; "" for one alone."""
    names = _names_in(Path(folder), assignment)
    first = parse_notebook(_read_regular(Path(folder), names[0]), names[0])
    if len(names) == 1 or release is None or has_answers(first, release):
        others = ", ".join(names[1:])
        return first, f"{names[0]} was graded; {others} was not." if others and release is not None else ""
    for name in names[1:_MAX_CANDIDATES]:
        with contextlib.suppress(SubmissionProblem):
            notebook = parse_notebook(_read_regular(Path(folder), name), name)
            if has_answers(notebook, release):
                return notebook, f"{name} was graded: in {names[0]} nobody wrote an answer."
    return first, ""


def has_answers(notebook: NotebookNode, release: NotebookNode) -> bool:
    """Whether somebody wrote into a notebook, be it into answer cells or cells of one's own."""
    rebuilt, _ = rebuild(notebook, release)
    if len(rebuilt.cells) > len(release.cells):
        return True
    pairs = zip(rebuilt.cells, release.cells, strict=True)
    return any(mine.source.strip() != given.source.strip() for mine, given in pairs if not is_given(given))


def released(course: Course, assignment: str) -> NotebookNode:
    """The notebook as it was given out."""
    path = course.release(assignment) / f"{assignment}.ipynb"
    return _released(path, path.stat().st_mtime_ns)


@functools.lru_cache(maxsize=16)
def _released(path: Path, _changed: int) -> NotebookNode:
    """Read once, and anew when it changes."""
    return nbformat.read(path, as_version=4)


#: What browsers, desktops, JupyterLab, Colab and platforms put around a name: copies and counts.
_COPY = r"(?:copy|kopie|copie|copia|cópia|kopia|副本)"
_BEFORE = rf"(?:{_COPY} (?:of|von|de|di) )?"
_BEHIND = rf"(?:[-_ ]*{_COPY}[-_ ]?(?P<copy>\d{{0,9}}))?(?:[-_ ]?\(?(?P<count>\d{{1,9}})\)?)?"


def count_of(name: str, assignment: str) -> int | None:
    """The number that a browser, an editor or a platform put behind a name; None for another name.

    >>> [count_of(name, "axon") for name in ("axon.ipynb", "Axon (2).ipynb", "axon-1.ipynb", "mine.ipynb")]
    [0, 2, 1, None]
    >>> names = ("axon-Copy1.ipynb", "axon - Copy (2).ipynb", "Copy of axon.ipynb")
    >>> [count_of(name, "axon") for name in names]
    [1, 2, 1]
    """
    found = re.fullmatch(rf"({_BEFORE}){re.escape(assignment)}{_BEHIND}\.ipynb", name, re.IGNORECASE)
    if found is None:
        return None
    is_copy = bool(found[1]) or found["copy"] is not None
    return int(found["count"] or found["copy"] or int(is_copy))


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


def _read_regular(folder: Path, name: str) -> bytes:
    """The bytes of a notebook in a folder, a regular file; neither the folder nor the file may be a link."""
    directory = _open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, None, folder.name)
    try:
        with open_regular(name, directory) as opened:
            data = opened.read(MAX_NOTEBOOK_BYTES + 1)
    finally:
        os.close(directory)
    if len(data) > MAX_NOTEBOOK_BYTES:
        limit = MAX_NOTEBOOK_BYTES // 1_000_000
        raise SubmissionProblem(f"{name} is larger than {limit} MB: clear its outputs and hand in again.")
    return data


def _names_in(folder: Path, assignment: str) -> list[str]:
    """Which files of a folder may be the notebook, the first choice first; none is opened here."""
    directory = _open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, None, folder.name)
    try:
        names = [
            name
            for name in os.listdir(directory)  # noqa: PTH208
            if name.casefold().endswith(".ipynb")
        ]
    finally:
        os.close(directory)
    wanted = f"{assignment}.ipynb"
    counts = {name: count for name in names if (count := count_of(name, assignment)) is not None}
    ordered = sorted(counts, key=lambda name: (name == wanted, counts[name], name), reverse=True)
    if ordered or len(names) <= 1:
        return ordered or names or [wanted]
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
