# SPDX-License-Identifier: BSD-3-Clause
"""The notebook in a file that was handed in, whatever it is called; or why there is none in it."""

import io
import zipfile
from pathlib import PurePosixPath

from autograder.course import archive
from autograder.course.collect import SubmissionProblem, count_of

_MAX_TEXT = 20_000_000
#: What browsers and platforms make of a notebook's name.
_MAYBE = (".ipynb", ".json", ".txt", ".zip", ".bin", ".download", ".octet-stream", "")
_REASONS = {
    ".html": "is a page saved as HTML, not the notebook",
    ".htm": "is a page saved as HTML, not the notebook",
    ".pdf": "is a PDF, not the notebook",
    ".py": "is a script, not the notebook",
    ".eml": "is an e-mail: save the notebook that is attached to it",
    ".msg": "is an e-mail: save the notebook that is attached to it",
    ".rar": "is packed in a way that is not opened; only zip is",
    ".7z": "is packed in a way that is not opened; only zip is",
    ".gz": "is packed in a way that is not opened; only zip is",
    ".tgz": "is packed in a way that is not opened; only zip is",
    ".tar": "is packed in a way that is not opened; only zip is",
    ".url": "is a link, not the notebook",
    ".webloc": "is a link, not the notebook",
}
_LITTER = ("__MACOSX", ".ipynb_checkpoints", ".git", "__pycache__")
_LITTER_FILES = (".DS_Store", "Thumbs.db", "desktop.ini")
_INNER = archive.Limits(archive_bytes=60_000_000, members=2_000, total_bytes=60_000_000)


class NoNotebook(Exception):
    """There is none in the file; the message is a clause."""


def is_litter(name: str) -> bool:
    """Whether a system or an editor put the file there, not a person."""
    path = PurePosixPath(name)
    return bool(set(_LITTER) & set(path.parts)) or path.name in _LITTER_FILES or path.name.startswith("._")


def may_be(file: str) -> bool:
    """Whether a file of this name may hold a notebook."""
    return PurePosixPath(file).suffix.casefold() in _MAYBE


def why_not(file: str, plugin: str = "file") -> str:
    """Why a file of this name is not opened; a clause."""
    if plugin == "onlinetext":
        return "is text typed online (a link?), not a notebook"
    return _REASONS.get(PurePosixPath(file).suffix.casefold(), "is not a notebook")


def notebook_in(file: str, data: bytes, assignment: str) -> tuple[bytes, str]:
    """The notebook's bytes, and the name under which it lies in the file ("" for the file itself).

    Raises:
        NoNotebook: there is none.
    """
    if data[:4] == b"PK\x03\x04" or zipfile.is_zipfile(io.BytesIO(data)):
        return _in_zip(data, assignment)
    head = data[:2_000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<!doctype html", b"<html", b"<head", b"<p>", b"<a ", b"<div")):
        raise NoNotebook("is a page saved as HTML, not the notebook")
    is_named_so = ".ipynb" in file.casefold()
    if not head.startswith(b"{") or (b'"cells"' not in data and b'"worksheets"' not in data):
        if file.casefold().endswith(".ipynb") and head.startswith(b"{"):
            return data, ""  # a damaged one: its page will say so
        raise NoNotebook("is not a notebook, or a damaged one" if is_named_so else "holds no notebook")
    return data, ""


def _in_zip(data: bytes, assignment: str) -> tuple[bytes, str]:
    """The notebook in a zip that a student packed; of several the one with the assignment's name."""
    found: dict[str, bytes] = {}
    try:
        for name, content in archive.members_of(io.BytesIO(data), "zip", limits=_INNER, refused=[]):
            if name.casefold().endswith(".ipynb") and not is_litter(name):
                found[name] = content
    except SubmissionProblem as problem:
        raise NoNotebook(f"cannot be unpacked: {problem}".rstrip(".")) from None
    counts = {name: count_of(PurePosixPath(name).name, assignment) for name in found}
    named = {name: count for name, count in counts.items() if count is not None}
    if len(found) > 1 and not named:
        raise NoNotebook(f"holds {len(found)} notebooks, and none is called {assignment}.ipynb")
    if not found:
        raise NoNotebook("holds no notebook")
    chosen = max(named, key=lambda name: (named[name], name)) if named else next(iter(found))
    return found[chosen], chosen
