# SPDX-License-Identifier: BSD-3-Clause
"""One running process with everything that it starts, watched from outside, and the end of them all."""

import contextlib
import os
import signal
import subprocess
import threading
from collections.abc import Sequence

from autograder.sandbox.family import family, resident_bytes
from autograder.sandbox.limits import Limits
from autograder.sandbox.memory_group import MemoryGroup

_WATCH_S = 0.1


class Sandbox:
    """One running process with everything that it starts, and the end of them all. Made by `open_sandbox`.

    `folder` is the process's working folder as it is reached from outside; nothing in it is to be trusted.
    """

    def __init__(self, process: subprocess.Popen, inner: int, folder: str, limits: Limits) -> None:
        self.folder = folder
        self._process, self._inner, self._limits = process, inner, limits
        self._reason: str | None = None
        self._group = MemoryGroup.make(limits.memory_bytes)
        if self._group is not None:
            self._group.add([inner])  # what it starts from now on is in; what it had started comes after
            self._group.add(family(inner))
        self._stderr = bytearray()
        self._closing = threading.Event()
        self._lock = threading.Lock()
        self._threads = [threading.Thread(target=run, daemon=True) for run in (self._drain, self._watch)]
        for thread in self._threads:
            thread.start()

    @property
    def is_alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    @property
    def ended_by(self) -> str | None:
        """Why it was ended; None while it runs, and where it ended by itself."""
        if self._reason is None and self._group is not None and self._group.was_exceeded:
            self._reason = self._too_much_memory
        return self._reason

    @property
    def _too_much_memory(self) -> str:
        return f"took more than {self._limits.memory_bytes / 1e9:g} GB of memory"

    @property
    def last_words(self) -> str:
        """The last line that the process wrote to its standard error."""
        lines = self._stderr.decode("utf-8", "replace").strip().splitlines()
        return lines[-1][:300] if lines else ""

    def end(self, reason: str | None = None) -> None:
        """End the process and everything that it started; the first reason given is kept."""
        with self._lock:
            self._reason = self.ended_by or reason
            if self._process.poll() is not None:
                return
            for pid in [*family(self._inner), self._inner]:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, signal.SIGKILL)

    def close(self) -> None:
        """End everything and wait until it is gone."""
        self._closing.set()
        self.end()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for thread in self._threads:
            thread.join(timeout=5)
        if self._group is not None:
            _ = self.ended_by  # the group's last word
            self._group.close()

    def _drain(self) -> None:
        """Keep the end of what the process writes to its standard error; it never waits for a reader."""
        with self._process.stderr as pipe:
            while data := pipe.read1(65_536):
                self._stderr = (self._stderr + data)[-4_000:]

    def _watch(self) -> None:
        """Memory is limited as a sum: no limit of one process can do that.

        Where the kernel keeps the sum, it has ended what grew too large; the rest is ended here.
        """
        while not self._closing.wait(_WATCH_S) and self.is_alive:
            everyone = [self._inner, *family(self._inner)]
            if len(everyone) > self._limits.processes:
                self.end(f"started more than {self._limits.processes} processes")
            elif self.ended_by or sum(map(resident_bytes, everyone)) > self._limits.memory_bytes:
                self.end(self._too_much_memory)


def popen(argv: Sequence[str], **options: object) -> subprocess.Popen:
    """Start a process of its own session, with its standard error to be read."""
    streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
    return subprocess.Popen(argv, start_new_session=True, **(streams | options))
