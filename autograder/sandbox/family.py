# SPDX-License-Identifier: BSD-3-Clause
"""Processes and all that they have started, as /proc shows them."""

import contextlib
import os
from pathlib import Path


def pids() -> list[int]:
    """All processes in sight."""
    return [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]


def owner(pid: int) -> int | None:
    """The id that a process runs under."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}").stat().st_uid
    return None


def family(pid: int) -> list[int]:
    """All processes below `pid`: in a PID namespace nothing can leave this tree."""
    found, waiting = [], [pid]
    while waiting:
        children = _children(waiting.pop())
        found += children
        waiting += children
    return found


def _children(pid: int) -> list[int]:
    """The processes that the threads of `pid` have started."""
    children = []
    with contextlib.suppress(OSError):
        for thread in Path(f"/proc/{pid}/task").iterdir():
            children += (thread / "children").read_text().split()
    return [int(child) for child in children]


def resident_bytes(pid: int) -> int:
    """Resident memory of a process; 0 once it is gone."""
    with contextlib.suppress(OSError, IndexError):
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return 0
