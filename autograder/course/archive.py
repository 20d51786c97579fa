# SPDX-License-Identifier: BSD-3-Clause
"""Reading a zip that strangers filled: its regular files as bytes, nothing written, nothing run.

A zip can name places outside its folder, hold links and devices, list one stretch of data a thousand times
(D. Fifield, A better zip bomb, WOOT 2019), or promise one size and unpack to another. Sizes are therefore
counted while reading, and names are refused that a file system could take for another place or file.
"""

import contextlib
import io
import os
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.course.collect import MAX_NOTEBOOK_BYTES, SubmissionProblem, open_regular

_PACKED = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_CHUNK = 1 << 16
_TURNS = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")  # they turn the direction of reading
_RATIO_COUNTS_FROM = 1_000_000


@dataclass(frozen=True)
class Limits:
    """Caps on one zip.

    Attributes:
        archive_bytes: size of the zip itself.
        members: number of entries, folders included.
        member_bytes: unpacked size of one file.
        total_bytes: unpacked size of all files.
        ratio: unpacked to packed size of one file; it counts from 1 MB on.
        name_chars: length of a name with its folders.
    """

    archive_bytes: int = 500_000_000
    members: int = 20_000
    member_bytes: int = MAX_NOTEBOOK_BYTES
    total_bytes: int = 2_000_000_000
    ratio: int = 200
    name_chars: int = 400


def members(
    path: Path, *, limits: Limits | None = None, refused: list[str] | None = None
) -> Iterator[tuple[str, bytes]]:
    """The regular files of a zip, one after the other, as name (with "/") and content.

    Args:
        path: the zip, a regular file; links are not followed.
        limits: the caps; those of a whole class's zip when None.
        refused: where given, a file that cannot be taken adds one sentence here and is left out, so that
            one student's file does not stop a class; left out, the first such file raises.

    Yields:
        Name and content of each file. Folders are passed over.

    Raises:
        SubmissionProblem: it is no zip, too large, its total is, its entries share data; and, without
            `refused`, a name or an entry cannot be taken.
    """
    with opened(path, limits) as reader:
        yield from reader.files(refused)


def members_of(
    file: io.BufferedIOBase, name: str, *, limits: Limits | None = None, refused: list[str] | None = None
) -> Iterator[tuple[str, bytes]]:
    """As `members`, of a zip that is open already; `name` is used in sentences."""
    with Reader(file, name, limits or Limits()) as reader:
        yield from reader.files(refused)


@contextlib.contextmanager
def opened(path: Path, limits: Limits | None = None) -> "Iterator[Reader]":
    """A zip from which single files are read; as `members` for what it raises."""
    limits = limits or Limits()
    path = Path(path)
    with open_regular(path) as file:
        if os.fstat(file.fileno()).st_size > limits.archive_bytes:
            raise SubmissionProblem(f"{path.name} is larger than {limits.archive_bytes // 1_000_000} MB.")
        with Reader(file, path.name, limits) as reader:
            yield reader


class Reader:
    """One zip, open: its names first, and then what is asked for."""

    def __init__(self, file: io.BufferedIOBase, name: str, limits: Limits) -> None:
        self._file, self._name, self._limits = file, name, limits
        self._left = self._allowed = limits.total_bytes
        self._entries: dict[str, zipfile.ZipInfo] = {}

    def __enter__(self) -> "Reader":
        try:
            self._opened = zipfile.ZipFile(self._file)
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, UnicodeDecodeError):
            raise SubmissionProblem(f"{self._name} is not a zip file, or a damaged one.") from None
        self._check_whole(self._opened)
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.close()

    def files(self, refused: list[str] | None) -> Iterator[tuple[str, bytes]]:
        """Entry by entry."""
        for name in self.names(refused):
            try:
                data = self.read(name)
            except SubmissionProblem as problem:
                if self._left < 0 or refused is None:
                    raise
                refused.append(str(problem))
                continue
            yield name, data

    def names(self, refused: list[str] | None) -> Iterator[str]:
        """The names of the regular files that can be taken."""
        seen: dict[str, str] = {}
        for entry in self._opened.infolist():
            try:
                _check_entry(entry, self._limits, seen)
            except _Refused as error:
                sentence = self._sentence(entry, str(error))
                if refused is None:
                    raise SubmissionProblem(sentence) from None
                refused.append(sentence)
                continue
            if not entry.is_dir():
                self._entries[entry.filename] = entry
                yield entry.filename

    def size(self, name: str) -> int:
        """What the header promises, in bytes unpacked."""
        return self._entries[name].file_size

    def allow(self, total_bytes: int) -> None:
        """So many bytes may be unpacked from now on."""
        self._left = self._allowed = total_bytes

    def read(self, name: str) -> bytes:
        """The content of one file, counted while it is unpacked, whatever its header promises.

        Raises:
            SubmissionProblem: it is damaged, or larger than allowed.
        """
        entry, made = self._entries[name], io.BytesIO()
        try:
            with self._opened.open(entry) as file:
                while chunk := file.read(_CHUNK):
                    made.write(chunk)
                    self._count(entry, len(chunk), made.tell())
        except _Refused as error:
            raise SubmissionProblem(self._sentence(entry, str(error))) from None
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError):
            raise SubmissionProblem(self._sentence(entry, "is damaged")) from None
        return made.getvalue()

    def _check_whole(self, opened: zipfile.ZipFile) -> None:
        """Not too many entries, and no stretch of data in two of them."""
        entries = opened.infolist()
        if len(entries) > self._limits.members:
            raise SubmissionProblem(f"{self._name} has more than {self._limits.members} entries.")
        end = 0
        for entry in sorted(entries, key=lambda one: one.header_offset):
            if entry.header_offset < end:
                raise SubmissionProblem(f"{self._name} has entries that share their data: it is a zip bomb.")
            end = entry.header_offset + entry.compress_size

    def _count(self, entry: zipfile.ZipInfo, more: int, size: int) -> None:
        """Hold the caps on one file, on its ratio, and on all."""
        self._left -= more
        if self._left < 0:
            raise SubmissionProblem(f"{self._name} unpacks to more than {self._allowed // 1_000_000} MB.")
        if size > self._limits.member_bytes:
            raise _Refused(f"unpacks to more than {self._limits.member_bytes // 1_000_000} MB")
        if size > _RATIO_COUNTS_FROM and size > self._limits.ratio * entry.compress_size:
            raise _Refused(f"unpacks to more than {self._limits.ratio} times its packed size")

    def _sentence(self, entry: zipfile.ZipInfo, clause: str) -> str:
        """What is said of an entry."""
        return f"{self._name}: {entry.orig_filename[:200]!r} {clause}."


class _Refused(Exception):
    """One entry cannot be taken; the message is a clause."""


def _check_entry(entry: zipfile.ZipInfo, limits: Limits, seen: dict[str, str]) -> None:
    """Refuse names that lead elsewhere, two names for one file, and whatever is not a regular file."""
    _check_name(entry, limits)
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in (0, stat.S_IFDIR if entry.is_dir() else stat.S_IFREG):
        raise _Refused("is a link or a device, not a regular file")
    if entry.flag_bits & 1:
        raise _Refused("is encrypted")
    if entry.compress_type not in _PACKED:
        raise _Refused("is packed in a way that is not taken: pack it anew")
    _check_once(entry, seen)


def _check_name(entry: zipfile.ZipInfo, limits: Limits) -> None:
    """A relative name with plain parts, the same on every system."""
    name = entry.orig_filename  # `filename` is cut at a NUL
    parts = name.removesuffix("/").split("/")
    if len(name) > limits.name_chars or any(len(part.encode("utf-8", "replace")) > 255 for part in parts):
        raise _Refused("has too long a name")
    if name.startswith("/") or "\\" in name or name[1:2] == ":":
        raise _Refused("has an absolute name, or one of another system")
    if any(part in ("", ".", "..") for part in parts):
        raise _Refused("has a name that leads out of its folder")
    if any(unicodedata.category(sign) in ("Cc", "Cs") or sign in _TURNS for sign in name):
        raise _Refused("has characters in its name that cannot be seen")


def _check_once(entry: zipfile.ZipInfo, seen: dict[str, str]) -> None:
    """No two entries that a file system could take for the same, and no file in place of a folder."""
    folded = [
        unicodedata.normalize("NFKC", part).casefold().rstrip(" .") for part in entry.filename.split("/")
    ]
    whole = "/".join(folded).rstrip("/")
    kind = "folder" if entry.is_dir() else "file"
    if whole in seen and "file" in (kind, seen[whole]):
        raise _Refused("has the name of another entry, or one that differs in case alone")
    above = ["/".join(folded[:depth]) for depth in range(1, len(folded))]
    if any(seen.get(folder) == "file" for folder in above):
        raise _Refused("lies in a folder that is a file")
    seen[whole] = kind
    seen.update(dict.fromkeys(above, "folder"))
