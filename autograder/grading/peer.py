# SPDX-License-Identifier: BSD-3-Clause
"""The other side of a pipe: a process that reads lines and answers each request with one line."""

import contextlib
import math
import os
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

_CHUNK_BYTES = 1 << 16
_LOOK_EACH_s = 1.0  # how often the CPU time is looked at


class NoAnswer(Exception):
    """The process gave no answer; the message is a clause, `was_slow` says whether it was still at work."""

    def __init__(self, clause: str, *, was_slow: bool) -> None:
        super().__init__(clause)
        self.was_slow = was_slow


class Peer:
    """A process that is started when it is asked something, and anew after a crash or a timeout.

    It works in a new empty folder, in a session of its own: Ctrl-C reaches it through the end of its input.

    Args:
        command: What follows `python -I`.
        timeout_s: Time in s for one answer.
        cpu_s: CPU time in s for one answer, on systems that tell it (Linux); without limit when None.
        max_answer_bytes: Length of the longest answer.
        environment: All of its environment; this process's own when None.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        timeout_s: float,
        max_answer_bytes: int,
        environment: Mapping[str, str] | None = None,
        cpu_s: float | None = None,
    ) -> None:
        self.timeout_s, self.cpu_s = timeout_s, cpu_s
        self._command, self._environment, self._max_answer_bytes = command, environment, max_answer_bytes
        self._process: subprocess.Popen | None = None
        self._folder: tempfile.TemporaryDirectory | None = None
        self._buffer = b""

    def ask(self, request: bytes) -> bytes:
        """Send whole lines, wait for one line.

        Raises:
            NoAnswer: It ended, said too much or took too long; it is started anew for the next request.
        """
        try:
            self._start()
            self._process.stdin.write(request)
            self._process.stdin.flush()
            return self._read_line(time.monotonic() + self.timeout_s)
        except TimeoutError as error:
            self.close()
            raise NoAnswer(f"took longer than {error}", was_slow=True) from None
        except (OSError, ValueError) as error:
            self.close()
            raise NoAnswer("ended in the middle", was_slow=False) from error

    def close(self) -> None:
        """End the process and remove its folder."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            for pipe in (self._process.stdin, self._process.stdout):
                _close(pipe)
        if self._folder is not None:
            self._folder.cleanup()
        self._process, self._folder, self._buffer = None, None, b""

    def hang_up(self) -> None:
        """End its input: a process that listens puts things away and ends."""
        if self._process is not None:
            _close(self._process.stdin)

    def _start(self) -> None:
        """Start the process, unless it is there."""
        if self._process is not None and self._process.poll() is None:
            return
        self.close()
        self._folder = tempfile.TemporaryDirectory(prefix="peer-")
        self._process = subprocess.Popen(
            [sys.executable, "-I", *self._command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=self._folder.name,
            env=self._environment,
            start_new_session=True,
        )

    def _read_line(self, deadline: float) -> bytes:
        """One line of the answer, before the deadline and of a bounded length."""
        output = self._process.stdout.fileno()
        parts, length = [self._buffer], len(self._buffer)
        cpu_deadline_s = _cpu_s(self._process.pid) + (math.inf if self.cpu_s is None else self.cpu_s)
        while b"\n" not in parts[-1]:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError(f"{self.timeout_s:g} s")
            if not select.select([output], [], [], min(left, _LOOK_EACH_s))[0]:
                if _cpu_s(self._process.pid) > cpu_deadline_s:
                    raise TimeoutError(f"{self.cpu_s:g} s of CPU time")
                continue
            parts.append(os.read(output, _CHUNK_BYTES))
            length += len(parts[-1])
            if not parts[-1] or length > self._max_answer_bytes:
                raise ValueError("no whole answer")
        line, _, self._buffer = b"".join(parts).partition(b"\n")
        return line


def _cpu_s(pid: int) -> float:
    """CPU time in s that a process has used; 0 where the system does not tell it."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _close(pipe: IO[bytes]) -> None:
    """Close a pipe whose other end may be gone; what was not sent has no reader any more."""
    with contextlib.suppress(OSError):
        pipe.close()
