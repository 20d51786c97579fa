# SPDX-License-Identifier: BSD-3-Clause
"""A control group that the system's kernel holds to so many bytes, where the grader may make one.

It counts what no look from outside sees: memory that grew between two looks, and files in memory. A group is
made below the grader's own: under version 1 as root or in a container that owns its groups, under version 2
where the controller of memory is handed down (`systemd-run --user --scope -p Delegate=yes`, for one).
Elsewhere there is none, and `autograder.sandbox` looks on.
"""

import contextlib
import itertools
import os
import time
from collections.abc import Iterable
from pathlib import Path

ROOT = Path("/sys/fs/cgroup")
_NAME = "neuroscales"
_GONE_S = 2.0
_groups = itertools.count()


class MemoryGroup:
    """One group; it must be closed when its processes have ended.

    Args:
        folder: Where the kernel shows the group.
        limit: The file that takes the limit.
        events: The file that counts whom the kernel has ended.
    """

    def __init__(self, folder: Path, limit: str, events: str) -> None:
        self.folder = folder
        self._limit, self._events = folder / limit, folder / events

    @classmethod
    def make(cls, limit_bytes: int) -> "MemoryGroup | None":
        """A group of at most so many bytes, or None where there can be none."""
        for parent, limit, events in _parents():
            _sweep(parent)
            group = cls(parent / f"{_NAME}-{os.getpid()}-{next(_groups)}", limit, events)
            try:
                group.folder.mkdir()
                group._limit.write_text(str(limit_bytes))
            except OSError:
                with contextlib.suppress(OSError):
                    group.folder.rmdir()
                continue
            with contextlib.suppress(OSError):  # without swap, where that is counted
                (group.folder / "memory.swap.max").write_text("0")
            return group
        return None

    def add(self, pids: Iterable[int]) -> None:
        """Take processes in; what they start from now on belongs to the group as well."""
        for pid in pids:
            with contextlib.suppress(OSError):  # it has ended
                (self.folder / "cgroup.procs").write_text(str(pid))

    @property
    def was_exceeded(self) -> bool:
        """Whether the kernel had to end a process of the group."""
        try:
            counts = dict(line.split() for line in self._events.read_text().splitlines())
        except (OSError, ValueError):
            return False
        return int(counts.get("oom_kill", 0)) > 0

    def close(self) -> None:
        """Remove the group; processes that are about to end are waited for."""
        until = time.monotonic() + _GONE_S
        while self.folder.is_dir():
            try:
                self.folder.rmdir()
            except OSError:
                if time.monotonic() > until:
                    return  # the next group that is made sweeps it away
                time.sleep(0.01)


def _parents() -> list[tuple[Path, str, str]]:
    """The grader's own group, with the names of its files, in each version that counts memory here."""
    found = []
    try:
        lines = Path("/proc/self/cgroup").read_text().splitlines()
    except OSError:
        return found
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if "memory" in controllers.split(","):
            found.append((_shown(ROOT / "memory", path), "memory.limit_in_bytes", "memory.oom_control"))
        elif not controllers and (ROOT / "cgroup.controllers").is_file():
            found.append((_shown(ROOT, path), "memory.max", "memory.events"))
    return found


def _shown(base: Path, path: str) -> Path:
    """A group's folder; a container may show its own group as the uppermost."""
    folder = base / path.lstrip("/")
    return folder if folder.is_dir() else base


def _sweep(parent: Path) -> None:
    """Remove empty groups of graders that were ended before they could."""
    for folder in parent.glob(f"{_NAME}-*-*"):
        pid = folder.name.split("-")[1]
        if pid.isdecimal() and not Path("/proc", pid).is_dir():
            with contextlib.suppress(OSError):
                folder.rmdir()
