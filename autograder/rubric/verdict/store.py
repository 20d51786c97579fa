# SPDX-License-Identifier: BSD-3-Clause
"""Answers that were simulated before: the last ones in memory, all in the user's cache, bounded in bytes.

A file holds one simulation's answers behind a checksum. It is written beside its place and moved there in one
step, so that many processes may write at once; one that is damaged is as if it were not there.
"""

import contextlib
import hashlib
import io
import json
import os
import tempfile
import zipfile
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from mechanisms.loader import cache_folder

#: What the judge keeps in memory; with the libraries it stays far below 1 GB.
MEMORY_BYTES = 200_000_000
#: What the cache keeps on disk, for all assignments together.
DISK_BYTES = 500_000_000
_LOOK_EACH_BYTES = 20_000_000  # how much is written before old files are looked for
_OVERHEAD_BYTES = 500  # of a dict, its keys and its numbers
_CHECKSUM = hashlib.sha256().digest_size
_PLAIN = "plain"
_KEPT = (bool, int, float, type(None))

Answers = dict[str, Any]


class Memory:
    """The answers that were used last, up to a number of bytes.

    Args:
        limit_bytes: the size of all arrays together.
    """

    def __init__(self, limit_bytes: int = MEMORY_BYTES) -> None:
        self.limit_bytes, self.bytes = limit_bytes, 0
        self._kept: OrderedDict[Any, tuple[Answers, int]] = OrderedDict()

    def get(self, key: Any) -> Answers | None:
        """The answers under this key, if they are still known."""
        if key not in self._kept:
            return None
        self._kept.move_to_end(key)
        return self._kept[key][0]

    def put(self, key: Any, answers: Answers) -> None:
        """Keep the answers; those that were not used for longest make room."""
        size = _OVERHEAD_BYTES + sum(np.asarray(value).nbytes for value in answers.values())
        if key in self._kept or size > self.limit_bytes:
            return
        self._kept[key] = answers, size
        self.bytes += size
        while self.bytes > self.limit_bytes:
            self.bytes -= self._kept.popitem(last=False)[1][1]


class Shelf:
    """Answers in files, up to a number of bytes; whatever goes wrong there is as if nothing were there.

    Args:
        folder: where they lie; beside the compiled mechanisms when None.
        limit_bytes: how much all files together may take.
    """

    def __init__(self, folder: Path | None = None, limit_bytes: int = DISK_BYTES) -> None:
        self.folder = folder or cache_folder().with_name("references")
        self.limit_bytes, self._written = limit_bytes, _LOOK_EACH_BYTES

    def get(self, key: str) -> Answers | None:
        """The answers under this key; None where there are none, or what is there is damaged."""
        path = self._path(key)
        try:
            content = path.read_bytes()
            answers = _read(content)
            os.utime(path)  # used now: it is among the last to go
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            return None
        return answers

    def put(self, key: str, answers: Mapping[str, Any]) -> None:
        """Keep the answers, if they are numbers and arrays of numbers and there is room."""
        path = self._path(key)
        with contextlib.suppress(OSError, TypeError, ValueError):
            content = _written(answers)
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=path.parent)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(content)
                Path(name).replace(path)
            except OSError:
                Path(name).unlink()
                raise
            self._written += len(content)
        if self._written > min(_LOOK_EACH_BYTES, self.limit_bytes / 4):
            self._written = 0
            self.sweep()

    def sweep(self) -> None:
        """Remove the files that were not used for longest, until the others take three quarters."""
        found = []
        for path in self.folder.glob("*/*"):
            with contextlib.suppress(OSError):
                status = path.stat()
                found.append((status.st_mtime, status.st_size, path))
        total = sum(size for _, size, _ in found)
        if total <= self.limit_bytes:
            return
        for _, size, path in sorted(found):
            if total <= 0.75 * self.limit_bytes:
                return
            with contextlib.suppress(OSError):
                path.unlink()
            total -= size

    def _path(self, key: str) -> Path:
        return self.folder / key[:2] / key[2:]


def key_of(*parts: Any) -> str:
    """A name for what follows from these parts, which JSON can hold."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=float).encode()).hexdigest()


def _written(answers: Mapping[str, Any]) -> bytes:
    """Answers as bytes: arrays as numpy stores them, all else as JSON, a checksum in front."""
    arrays = {name: value for name, value in answers.items() if type(value) is np.ndarray}
    plain = {name: _number(value) for name, value in answers.items() if name not in arrays}
    if any(value.dtype.kind not in "fiub" for value in arrays.values()):
        raise TypeError("only numbers are kept")
    said = np.frombuffer(json.dumps([list(answers), plain]).encode(), dtype=np.uint8)
    buffer = io.BytesIO()
    named = {f"item{i}": value for i, value in enumerate(arrays.values())}
    np.savez_compressed(buffer, allow_pickle=False, **{_PLAIN: said}, **named)
    content = buffer.getvalue()
    return hashlib.sha256(content).digest() + content


def _number(value: Any) -> float | int | bool | None:
    """A number as JSON can hold it."""
    plain = value.item() if isinstance(value, np.generic) else value
    if type(plain) not in _KEPT:  # a number of a rubric's own kind holds more than its value
        raise TypeError("only numbers are kept")
    return plain


def _read(content: bytes) -> Answers:
    """Answers from bytes.

    Raises:
        ValueError: the checksum does not fit.
    """
    if hashlib.sha256(content[_CHECKSUM:]).digest() != content[:_CHECKSUM]:
        raise ValueError("damaged")
    with np.load(io.BytesIO(content[_CHECKSUM:]), allow_pickle=False) as stored:
        names, plain = json.loads(stored[_PLAIN].tobytes())
        arrays = iter([stored[name] for name in stored.files if name != _PLAIN])
        return {name: plain[name] if name in plain else next(arrays) for name in names}
