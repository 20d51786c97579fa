# SPDX-License-Identifier: BSD-3-Clause
"""The digest of a rubric, which stands in every mark, and those that it had before."""

import functools
import json
from pathlib import Path

from autograder.rubric.files import data_files, digest_of, file_of, files
from autograder.rubric.fingerprint import Code


def digest(folder: str | Path) -> str:
    """SHA-256 over what decides a mark in a rubric's folder, and over its words, however it is laid out.

    Code and sentences count, wherever they stand; spec, derived tolerances and data do as well. Imports,
    docstrings and comments do not.
    """
    folder = Path(folder).resolve()
    return _digest(folder, digest_of(files(folder)))


@functools.lru_cache(maxsize=64)
def _digest(folder: Path, content: str) -> str:
    stored = [folder / "spec.json", *data_files(folder)]
    more = [file.name.encode() + b" " + file.read_bytes() for file in stored if file.is_file()]
    acceptance = folder / "acceptance.json"
    more += [_tolerances(acceptance.read_text(encoding="utf-8"))] if acceptance.is_file() else []
    starts = [(file_of(folder), "TASKS"), *((file, "") for file in sorted(folder.glob("protocol_*.py")))]
    try:
        return Code(inside=folder, wording=True).digest(starts, *more)
    except (OSError, SyntaxError, KeyError, ValueError):  # it will not load either
        return content


def earlier_digests(folder: str | Path) -> frozenset[str]:
    """Digests that a rubric had before it was laid out, or its digest taken, as it is now.

    They stand in `earlier.json`, by the digest to which they belong: marks made with one of them hold.
    """
    file = Path(folder) / "earlier.json"
    known = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    return frozenset(known.get(digest(folder), ()))


def _tolerances(acceptance: str) -> bytes:
    """The tolerances alone: what they follow from has its own hash."""
    try:
        tasks = json.loads(acceptance)["tasks"]
        found = {
            task: {name: row["tolerance"] for name, row in tasks[task]["checks"].items()} for task in tasks
        }
    except (ValueError, KeyError, TypeError):
        return acceptance.encode()
    return json.dumps(found, sort_keys=True).encode()
