# SPDX-License-Identifier: BSD-3-Clause
"""Talking to a Jupyter kernel that is not trusted: every message is limited, checked and read with care.

The messages are those of the Jupyter protocol, version 5, over sockets in the file system. They are read here
and not by a client library, because those parse whatever comes, of any size and depth.
"""

import hmac
import json
import math
import os
import secrets
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import zmq
from jupyter_client.session import Session

from autograder.handin import untrusted
from autograder.sandbox.isolation import SandboxError
from autograder.sandbox.limits import Limits
from autograder.sandbox.process import Sandbox

_CONNECTION_FILE = ".connection.json"
_SOCKET = ".socket"
_KINDS = {"shell": zmq.DEALER, "iopub": zmq.SUB, "control": zmq.DEALER}
_CHANNELS = ("shell", "iopub", "stdin", "control", "hb")
_POLL_MS = 50
_LAST_OUTPUT_S = 2  # how long to wait for a cell's last output once its reply is here
_FLOOD = "wrote too much output"
_TRIES = 20


@dataclass(frozen=True)
class Message:
    """One message: its kind, the request it belongs to, its content (`flaw` says why that is not sound)."""

    kind: str
    request: str
    content: Mapping[str, Any]
    flaw: str | None = None


@dataclass
class _Progress:
    """How far a cell is: its request, when its reply came, whether its output is complete, its size."""

    request: str
    replied_at: float = math.inf
    is_idle: bool = False
    messages: int = 0
    bytes: int = 0


class KernelGone(Exception):
    """The kernel cannot go on; the message is a clause such as "its process ended"."""


class CellStopped(Exception):
    """A cell was stopped, and the kernel can go on; the message is a clause."""


def arguments_and_files(key: str) -> tuple[list[str], dict[str, bytes]]:
    """What an IPython kernel in a sandbox is started with, and the connection file that it reads."""
    ports = {f"{channel}_port": number for number, channel in enumerate(_CHANNELS, 1)}
    scheme = {"transport": "ipc", "ip": _SOCKET, "signature_scheme": "hmac-sha256", "key": key}
    arguments = ["-f", f"./{_CONNECTION_FILE}", "--HistoryManager.enabled=False"]
    return arguments, {_CONNECTION_FILE: json.dumps(ports | scheme).encode()}


def new_key() -> str:
    """A fresh key that signs the messages of one run."""
    return secrets.token_hex(32)


class Kernel:
    """A kernel in a sandbox, to run cells in one after the other. Use as a context manager."""

    def __init__(self, sandbox: Sandbox, key: str, limits: Limits) -> None:
        self._sandbox, self._limits = sandbox, limits
        self._session = Session(key=key.encode(), username="grader")
        self._context = zmq.Context()
        self._sockets: dict[str, zmq.Socket] = {}
        self._inodes: dict[str, int] = {}

    def __enter__(self) -> "Kernel":
        try:
            self._connect()
            self._greet()
        except KernelGone as error:
            self.__exit__()
            raise SandboxError(f"the kernel did not start ({error})") from None
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._context.destroy(linger=0)
        for inode in self._inodes.values():
            os.close(inode)

    def run(
        self, code: str, seconds: float, add: Callable[[str, Mapping[str, Any], str | None], None]
    ) -> None:
        """Run one cell.

        Args:
            code: The cell's source.
            seconds: Wall time in s after which it is interrupted.
            add: Gets kind, content and flaw of each output message.

        Raises:
            CellStopped: If the cell took too long or wrote more than can be read, and has come to an end by
                now.
            KernelGone: If there is no kernel any more, or it did not stop when interrupted.
        """
        content = {"code": code, "silent": False, "store_history": True, "user_expressions": {}}
        content |= {"allow_stdin": False, "stop_on_error": False}
        progress = _Progress(self._send("shell", "execute_request", content))
        stopped = self._wait(progress, time.monotonic() + seconds, add)
        if stopped is None:
            return
        self._send("control", "interrupt_request", {})
        if not self._stops(progress):
            self._sandbox.end(f"{stopped} and did not stop when it was interrupted")
            raise self._gone()
        if stopped == _FLOOD and not self._is_quiet():
            self._sandbox.end(f"{stopped}, more than could be read")
            raise self._gone()
        raise CellStopped(stopped)

    def _connect(self) -> None:
        """Wait for the kernel's sockets and connect to those very ones, before a line of a student's runs."""
        until = time.monotonic() + self._limits.start_s
        for name in _KINDS:
            path = f"{self._sandbox.folder}/{_SOCKET}-{_CHANNELS.index(name) + 1}"
            while not _is_listening(path):
                if not self._sandbox.is_alive or time.monotonic() > until:
                    words = self._sandbox.last_words or "it said nothing"
                    raise SandboxError(f"the kernel did not start ({words})")
                time.sleep(0.01)
            # held open, a socket cannot be exchanged for a link to somewhere else
            self._inodes[name] = os.open(path, os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC)
            self._open(name)

    def _open(self, name: str) -> None:
        """Open a channel, or open it again; the output channel is watched for being closed."""
        if name in self._sockets:
            self._sockets[name].disable_monitor()
            self._sockets[name].close()
        channel = self._sockets[name] = self._context.socket(_KINDS[name])
        channel.set(zmq.MAXMSGSIZE, self._limits.message_bytes)
        channel.set(zmq.RCVHWM, 20)
        if name == "iopub":
            channel.subscribe(b"")
            self._monitor = channel.get_monitor_socket(zmq.EVENT_DISCONNECTED)
        channel.connect(f"ipc:///proc/self/fd/{self._inodes[name]}")

    def _greet(self) -> None:
        """Ask for the kernel's name until both answer and output channel are heard."""
        until = time.monotonic() + self._limits.start_s
        heard: set[str] = set()
        while heard != {"shell", "iopub"}:
            if time.monotonic() > until:
                raise SandboxError("the kernel started but does not answer")
            self._send("shell", "kernel_info_request", {})
            pause = time.monotonic() + 0.2
            while time.monotonic() < pause and heard != {"shell", "iopub"}:
                heard |= {channel for channel, _, _ in self._receive()}

    def _send(self, channel: str, kind: str, content: dict[str, Any]) -> str:
        """Send a request, and give its id."""
        try:
            return self._session.send(self._sockets[channel], kind, content)["header"]["msg_id"]
        except zmq.ZMQError:
            raise self._gone() from None

    def _wait(self, progress: "_Progress", until: float, add: Callable[..., None]) -> str | None:
        """Take a cell's output until it is done (None), or say why it has to be stopped."""
        while True:
            self._take(progress, add)
            if progress.is_idle:
                return None
            now = time.monotonic()
            if self._is_cut() or self._is_flooded(progress) or now > progress.replied_at + _LAST_OUTPUT_S:
                return _FLOOD
            if now > until:
                return "took too long"

    def _stops(self, progress: "_Progress") -> bool:
        """Whether an interrupted cell comes to its end within its grace; what it still says is dropped."""
        until = time.monotonic() + self._limits.grace_s
        while progress.replied_at == math.inf and not progress.is_idle and time.monotonic() < until:
            self._take(progress, None)
        return progress.is_idle or progress.replied_at < math.inf

    def _is_quiet(self) -> bool:
        """Whether the rest of a flood has passed: a small request is heard on the output channel after it."""
        for _ in range(_TRIES):
            if self._is_cut():
                self._open("iopub")
            progress = _Progress(self._send("shell", "kernel_info_request", {}))
            until = time.monotonic() + 0.5
            while not progress.is_idle and time.monotonic() < until:
                self._take(progress, None)
            if progress.is_idle:
                return True
        return False

    def _take(self, progress: "_Progress", add: Callable[..., None] | None) -> None:
        """Take what has come in, and note how far the cell is."""
        for channel, length, message in self._receive():
            progress.messages, progress.bytes = progress.messages + 1, progress.bytes + length
            if message is None or message.request != progress.request:
                continue
            if channel == "shell" and message.kind == "execute_reply":
                progress.replied_at = time.monotonic()
            elif channel == "iopub" and message.kind == "status":
                progress.is_idle |= message.content.get("execution_state") == "idle"
            elif channel == "iopub" and add is not None:
                add(message.kind, message.content, message.flaw)

    def _is_flooded(self, progress: "_Progress") -> bool:
        """Whether a cell has said more than a cell may."""
        too_many = progress.messages > self._limits.flood_messages
        return too_many or progress.bytes > self._limits.flood_bytes

    def _is_cut(self) -> bool:
        """Whether the output channel was closed, as it is by a message that is larger than allowed."""
        return bool(self._monitor.poll(0))

    def _receive(self) -> list[tuple[str, int, Message | None]]:
        """What has come in on shell and output channel, after a short wait; a few messages at a time."""
        poller = zmq.Poller()
        for name in ("shell", "iopub"):
            poller.register(self._sockets[name], zmq.POLLIN)
        ready = dict(poller.poll(_POLL_MS))
        if not ready and not self._sandbox.is_alive:
            raise self._gone()
        received = []
        for name in ("shell", "iopub"):
            if self._sockets[name] in ready:
                frames = self._sockets[name].recv_multipart()
                received.append((name, sum(map(len, frames)), self._read(frames)))
        return received

    def _read(self, frames: list[bytes]) -> Message | None:
        """A message from its frames; None if it is not signed as it should be or not sound."""
        try:
            start = frames.index(b"<IDS|MSG>") + 1
            signature, *parts = frames[start : start + 5]
            if len(parts) != 4 or not hmac.compare_digest(self._session.sign(parts), signature):
                return None
            header, parent = (untrusted.loads(part) for part in parts[:2])
            kind, request = str(header["msg_type"]), str(parent.get("msg_id"))
        except (ValueError, KeyError, TypeError, AttributeError):
            return None
        return self._with_content(kind, request, parts[3])

    @staticmethod
    def _with_content(kind: str, request: str, data: bytes) -> Message | None:
        """Content is read strictly; what is only careless (NaN, doubled keys) is kept and marked."""
        flaw = None
        for strict in (True, False):
            try:
                content = untrusted.loads(data, strict=strict)
            except untrusted.UntrustedError as error:
                flaw = flaw or str(error)
                continue
            return Message(kind, request, content, flaw) if isinstance(content, dict) else None
        return Message(kind, request, {}, flaw)

    def _gone(self) -> KernelGone:
        """Why there is no kernel any more."""
        return KernelGone(self._sandbox.ended_by or "ended the Python process")


def _is_listening(path: str) -> bool:
    """Whether a server listens on the socket at `path`; False also while it cannot be looked at."""
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(path)
        except OSError:
            return False
    return True
