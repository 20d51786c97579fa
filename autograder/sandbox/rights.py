# SPDX-License-Identifier: BSD-3-Clause
"""Under which id a process runs, and what each of its processes may take."""

import itertools
import os
from pathlib import Path

from autograder.sandbox.family import owner, pids
from autograder.sandbox.limits import Limits

_NOBODY = 65534
_OWN_IDS = 1 << 30  # far above the ids that systems give to people and services
_runs = itertools.count()


def drop() -> tuple[list[str], int]:
    """For root, the first program inside, which gives up id, groups and capabilities; and the id then."""
    if os.getuid() != 0:
        return [], os.getuid()
    user = own_id()
    ids = ["--reuid", str(user), "--regid", str(user), "--clear-groups"]
    return ["setpriv", *ids, "--no-new-privs", "--bounding-set=-all", "--inh-caps=-all"], user


def own_id() -> int:
    """An id that no other run has now, so that limits and signals do not meet; or nobody's."""
    mapped = Path("/proc/self/uid_map").read_text().split()
    if int(mapped[2]) < 2**32 - 1:
        return _NOBODY
    return _OWN_IDS + os.getpid() * 128 + next(_runs) % 128


def process_limits(limits: Limits, user: int) -> dict[str, int]:
    """Limits of each process, by setrlimit's names; that of processes counts all of an id's, also outside."""
    others = 0 if user >= _OWN_IDS else sum(owner(pid) == user for pid in pids())
    return {
        "cpu": limits.cpu_s,
        "as": limits.address_bytes,
        "fsize": limits.file_bytes,
        "nproc": limits.processes + 2 * others,
        "nofile": limits.open_files,
        "core": 0,
    }


def prlimit(limits: Limits, user: int) -> list[str]:
    """The program that sets the limits of each process and starts the next."""
    return ["prlimit", *(f"--{name}={size}" for name, size in process_limits(limits, user).items()), "--"]
