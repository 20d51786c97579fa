# SPDX-License-Identifier: BSD-3-Clause
"""Sandboxes that start at once: forked, one for each notebook, from a process that has imported everything.

Starting Python and importing what a notebook imports takes longer than running the notebook. The zygote does
it once, inside bubblewrap; what it forks has namespaces, mounts, limits and an id of its own, and is an
ordinary sandbox from there on (see `autograder.sandbox.zygote_server` for what happens on its side).
"""

import base64
import contextlib
import dataclasses
import json
import os
import select
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from autograder.sandbox import rights
from autograder.sandbox.isolation import inside
from autograder.sandbox.limits import Limits
from autograder.sandbox.process import Sandbox, popen
from autograder.sandbox.walls import HOME, Isolation, font_list, walls
from autograder.sandbox.zygote_server import GO, READY, SIZE

WORDS = "forked from a warm process"
_CREDENTIALS = struct.Struct("3i")
_NOTED_S = 1
_SCRATCH = (HOME, "/tmp", "/dev/shm")


class ZygoteError(RuntimeError):
    """Nothing can be forked here; the message is a clause that says why."""


class Zygote:
    """The warm process, seen from the grader. It ends with the grader, or with `close`.

    Args:
        command: The whole command line, without the number of its socket.
        start_s: Wall time in s that it may take to import everything.

    Raises:
        ZygoteError: If it does not start.
    """

    def __init__(self, command: Sequence[str], start_s: float) -> None:
        self.command = command
        self._lock = threading.Lock()
        self._has_forked = False
        self._last_words = b""
        self._control, theirs = socket.socketpair()
        with theirs:
            # bwrap ends with the thread that started it, so that thread must live as long as the grader
            started = threading.Event()
            self._thread = threading.Thread(target=self._live, args=(theirs.fileno(), started), daemon=True)
            self._thread.start()
            started.wait()
        self._control.settimeout(start_s)
        try:
            is_ready = self._control.recv(len(READY)) == READY
        except OSError:
            is_ready = False
        if not is_ready:
            self.close()
            raise ZygoteError(f"the warm process did not start: {self._words(self._last_words)}")

    @property
    def is_alive(self) -> bool:
        """Whether the process still runs."""
        return self._thread.is_alive()

    def _live(self, descriptor: int, started: threading.Event) -> None:
        """Start the process, and stay until it ends."""
        try:
            process = popen([*self.command, str(descriptor)], pass_fds=(descriptor,))
        finally:
            started.set()
        with process.stderr as pipe:
            while data := pipe.read1(4096):
                self._last_words = (self._last_words + data)[-4096:]
        process.wait()

    def close(self) -> None:
        """End it and wait until it is gone; what it forked ends as well."""
        self._control.close()
        self._thread.join(timeout=10)

    @contextlib.contextmanager
    def fork(
        self,
        arguments: Sequence[str],
        files: Mapping[str, bytes],
        environment: Mapping[str, str],
        limits: Limits,
    ) -> Iterator[Sandbox]:
        """A sandbox with a kernel in it; on leaving, everything in it is ended.

        Args:
            arguments: What `ipykernel_launcher` gets.
            files: The files in its working folder, not to be changed there, by relative name.
            environment: What it finds in its environment beside what every sandbox has there.
            limits: What it may take.

        Raises:
            ZygoteError: If it is not made; nothing of a notebook has run then.
            ValueError: If a file's name leads out of the working folder.
        """
        request = json.dumps(_request(arguments, files, environment, limits)).encode()
        process = self._forked(request, limits.start_s)
        made = Sandbox(process, process.pid, f"/proc/{process.pid}/root{HOME}", limits)
        try:
            process.let_go()
            yield made
        finally:
            made.close()

    def _forked(self, request: bytes, start_s: float) -> "_Forked":
        """Ask for a child, hand it the request, and wait until it is enclosed."""
        ours, theirs = socket.socketpair()
        reading, writing = os.pipe()
        try:
            with theirs, os.fdopen(writing, "wb"):
                ours.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
                ours.settimeout(start_s)
                with self._lock:
                    socket.send_fds(self._control, [b"f"], [theirs.fileno(), writing])
            ours.sendall(SIZE.pack(len(request)) + request)
            process = _Forked(_enclosed(ours), ours, reading)
        except (OSError, ValueError):
            ours.close()
            error = ZygoteError(f"the warm process gave no sandbox: {self._words(_said(reading))}")
            if not self._has_forked:  # it will not do so next time either
                _give_up(self, error)
            raise error from None
        self._has_forked = True
        return process

    @staticmethod
    def _words(said: bytes) -> str:
        """The last line of what was said."""
        lines = said.decode("utf-8", "replace").strip().splitlines()
        return lines[-1][:200] if lines else "it said nothing"


def _said(reading: int) -> bytes:
    """What a child that failed writes before it ends: it may still be about to."""
    said, until = b"", time.monotonic() + _NOTED_S
    with os.fdopen(reading, "rb", buffering=0) as errors:
        while select.select([errors], [], [], max(0, until - time.monotonic()))[0]:
            if not (more := errors.read(4096)):
                break
            said = (said + more)[-4096:]
    return said


class _Forked:
    """A forked process that is not this one's child: what `Sandbox` uses of a `subprocess.Popen`."""

    def __init__(self, pid: int, channel: socket.socket, errors: int) -> None:
        self.pid = pid
        self.stderr = os.fdopen(errors, "rb")  # Sandbox closes it
        self._channel = channel
        self._handle = os.pidfd_open(pid)

    def let_go(self) -> None:
        """Let the kernel start, now that it is watched."""
        with self._channel, contextlib.suppress(OSError):
            self._channel.sendall(GO)

    def poll(self) -> int | None:
        """None while it runs."""
        return self._wait_ms(0)

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it has ended, and its parent has taken note.

        Raises:
            subprocess.TimeoutExpired: If it has not within `timeout` seconds.
        """
        if self._wait_ms(None if timeout is None else int(1000 * timeout)) is None:
            raise subprocess.TimeoutExpired("the forked process", timeout)
        until = time.monotonic() + _NOTED_S
        while self._is_listed() and time.monotonic() < until:
            time.sleep(0.001)
        return 0

    def _is_listed(self) -> bool:
        """Whether the table of processes still has it."""
        try:
            signal.pidfd_send_signal(self._handle, 0)
        except ProcessLookupError:
            return False
        return True

    def kill(self) -> None:
        """End it."""
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._handle, signal.SIGKILL)

    def _wait_ms(self, timeout: int | None) -> int | None:
        """0 once it has ended, None if it has not by then; its handle cannot be another's."""
        ended = select.poll()  # one for each question, for several threads ask
        ended.register(self._handle, select.POLLIN)
        return 0 if ended.poll(timeout) else None

    def __del__(self) -> None:
        os.close(self._handle)


_zygotes: dict[int, Zygote | ZygoteError] = {}
_starting = threading.Lock()


def find(isolation: Isolation) -> Zygote:
    """The zygote of this process for this isolation, started when it is first asked for.

    Raises:
        ZygoteError: If there can be none; it is not tried again.
    """
    if not (isolation.namespaces and isolation.has_proc and isolation.is_filtered):
        raise ZygoteError("it needs bubblewrap, /proc and a filter of system calls")
    command = _command(isolation)
    with _starting:
        known = _zygotes.get(os.getpid())
        if isinstance(known, Zygote) and not (known.is_alive and known.command == command):
            known.close()  # mechanisms may have been compiled meanwhile, which it cannot see
            known = None
        if known is None:
            try:
                known = Zygote(command, Limits().start_s)
            except ZygoteError as error:
                known = error
            _zygotes[os.getpid()] = known
    if isinstance(known, ZygoteError):
        raise known
    return known


def _give_up(zygote: Zygote, error: ZygoteError) -> None:
    """Do without a zygote from now on."""
    with _starting:
        _zygotes[os.getpid()] = error
        zygote.close()


def close() -> None:
    """End this process's zygote, if there is one; the next `find` starts another."""
    with _starting:
        known = _zygotes.pop(os.getpid(), None)
        if isinstance(known, Zygote):
            known.close()


def _command(isolation: Isolation) -> list[str]:
    """bwrap, with the rights inside that enclosing children takes, and the server."""
    namespaces = [option for option in isolation.namespaces if option != "--disable-userns"]
    if "--cap-drop" in namespaces:
        namespaces[namespaces.index("--cap-drop")] = "--cap-add"
    around = walls(dataclasses.replace(isolation, namespaces=tuple(namespaces)), Limits())
    return [*around, sys.executable, "-m", "autograder.sandbox.zygote_server"]


def _request(
    arguments: Sequence[str], files: Mapping[str, bytes], environment: Mapping[str, str], limits: Limits
) -> dict[str, Any]:
    """What a child has to know, ready for JSON."""
    for name in files:
        inside(name)
    user = rights.own_id() if os.getuid() == 0 else None
    return {
        "arguments": list(arguments),
        "files": {name: base64.b64encode(data).decode() for name, data in files.items()},
        "environment": dict(environment),
        "user": user,
        "limits": rights.process_limits(limits, os.getuid() if user is None else user),
        "disk_bytes": limits.disk_bytes,
        "home": HOME,
        "scratch": _SCRATCH,
        "kept": list(filter(None, [font_list()])),
    }


def _enclosed(channel: socket.socket) -> int:
    """The id, as it is here, of the process that says it is enclosed; the system vouches for it.

    Raises:
        OSError: If nobody says so.
    """
    message, ancillary, *_ = channel.recvmsg(len(READY), socket.CMSG_SPACE(_CREDENTIALS.size))
    if message != READY or not ancillary:
        raise OSError("the child ended before it was enclosed")
    return _CREDENTIALS.unpack(ancillary[0][2])[0]
