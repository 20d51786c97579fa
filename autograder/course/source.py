# SPDX-License-Identifier: BSD-3-Clause
"""Where work comes from: a zip or a folder, whose files are named first and then read one by one."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.course import archive
from autograder.course.collect import MAX_NOTEBOOK_BYTES, SubmissionProblem, open_regular
from autograder.course.folder import CourseError
from autograder.course.unpack import is_litter

_MAX_FILES = 50_000


@dataclass(frozen=True)
class Source:
    """Where work comes from: its files' names, how to read one, and how many bytes may still come."""

    names: list[str]
    read: Callable[[str], bytes]
    allow: Callable[[int], None]


class Opened:
    """A source, open; what cannot be taken by its name alone adds a sentence to `refused`."""

    def __init__(self, source: Path, refused: list[str]) -> None:
        self._source, self._refused, self._zip = source, refused, None

    def __enter__(self) -> Source:
        try:
            if self._source.is_dir():
                return Source(list(_files_in(self._source, self._refused)), self._read_file, lambda _: None)
            self._zip = archive.opened(self._source)
            reader = self._zip.__enter__()
            return Source(list(reader.names(self._refused)), reader.read, reader.allow)
        except SubmissionProblem as problem:
            raise CourseError(str(problem)) from None

    def __exit__(self, *error: object) -> None:
        if self._zip is not None:
            self._zip.__exit__(*error)

    def _read_file(self, name: str) -> bytes:
        """One file of a folder."""
        with open_regular(self._source / name) as file:
            data = file.read(MAX_NOTEBOOK_BYTES + 1)
        if len(data) > MAX_NOTEBOOK_BYTES:
            raise SubmissionProblem(f"{name} is larger than {MAX_NOTEBOOK_BYTES // 1_000_000} MB.")
        return data


def _files_in(source: Path, refused: list[str]) -> Iterator[str]:
    """The regular files of a folder, by relative name; a link is refused by name."""
    waiting, count = [source], 0
    while waiting:
        for path in sorted(waiting.pop(0).iterdir()):
            count += 1
            name = str(path.relative_to(source))
            if count > _MAX_FILES:
                raise CourseError(f"{source} holds more than {_MAX_FILES} files.")
            if path.is_symlink():
                refused.append(f"{name} is not a regular file.")
            elif path.is_dir() and not is_litter(name):
                waiting.append(path)
            elif path.is_file():
                yield name
