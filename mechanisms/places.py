# SPDX-License-Identifier: BSD-3-Clause
"""Paths that NEURON and its build tools can take: ASCII letters, no blanks.

`make` splits a path at its blanks, and NEURON takes no letter beyond ASCII in the name of a file. A home or a
course may have both. So what NEURON reads or builds goes through a short-lived folder with a plain path.
"""

import contextlib
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

_PLAIN = re.compile(r"[\w./+-]+", re.ASCII)
_CANDIDATES = ("/tmp", "/var/tmp", "/dev/shm")


def is_plain(path: Path | str) -> bool:
    """Whether NEURON and `make` can take a path.

    >>> is_plain("/tmp/x"), is_plain("/home/my course")
    (True, False)
    """
    return bool(_PLAIN.fullmatch(str(path)))


def plain_folder(prefix: str = "neuroscales-") -> tempfile.TemporaryDirectory:
    """A temporary folder with a plain path, wherever the user's own temporary files lie.

    Raises:
        OSError: no such folder can be made.
    """
    usual = Path(tempfile.gettempdir()).absolute()
    able = (Path(place) for place in _CANDIDATES if os.access(place, os.W_OK | os.X_OK))
    root = usual if is_plain(usual) else next(able, usual)
    return tempfile.TemporaryDirectory(dir=root, prefix=prefix)


@contextlib.contextmanager
def plain_name(path: Path) -> Iterator[Path]:
    """The path itself where it is plain, else a link to it that has a plain one while the context lasts.

    >>> with plain_name(Path("/etc")) as name:
    ...     str(name)
    '/etc'
    """
    path = path.absolute()
    if is_plain(path):
        yield path
        return
    with plain_folder() as folder:
        link = Path(folder, re.sub(r"[^A-Za-z0-9_.-]", "_", path.name))
        link.symlink_to(path)
        yield link
