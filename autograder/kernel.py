# SPDX-License-Identifier: BSD-3-Clause
"""Talking to a Jupyter kernel that is not trusted: every message is limited, checked and read with care.

The messages are those of the Jupyter protocol, version 5, over sockets in the file system. They are read here and
not by a client library, because those parse whatever comes, of any size and depth.
"""

import hmac
import json
import secrets
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import zmq
from jupyter_client.session import Session

from autograder import untrusted
from autograder.limits import Limits
from autograder.sandbox import Sandbox, SandboxError

_CONNECTION_FILE = ".connection.json"
_SOCKET = ".socket"
_CHANNELS = ("shell", "iopub", "stdin", "control", "hb")
_POLL_MS = 50
_LAST_OUTPUT_S = 5  # how long to wait for a cell's last output once its reply is here


@dataclass(frozen=True)
class Message:
    """One message: what kind, to which request it belongs, and its content (`flaw` says why it is not sound)."""

    kind: str
    request: str
    content: Mapping[str, Any]
    flaw: str | None = None


class KernelGone(Exception):
    """The kernel cannot go on; the message is a clause such as "its process ended"."""


class CellStopped(Exception):
    """A cell was stopped, and the kernel can go on; the message is a clause."""


def command_and_files(key: str) -> tuple[list[str], dict[str, bytes]]:
    """How to start an IPython kernel in a sandbox, and the connection file that it reads."""
    ports = {f"{channel}_port": number for number, channel in enumerate(_CHANNELS, 1)}
    scheme = {"transport": "ipc", "ip": _SOCKET, "signature_scheme": "hmac-sha256", "key": key}
    argv = [sys.executable, "-m", "ipykernel_launcher", "-f", f"./{_CONNECTION_FILE}"]
    return [*argv, "--HistoryManager.enabled=False"], {_CONNECTION_FILE: json.dumps(ports | scheme).encode()}


def new_key() -> str:
    """A fresh key that signs the messages of one run."""
    return secrets.token_hex(32)


class Kernel:
    """A kernel in a sandbox, to run cells in one after the other. Use as a context manager."""

    def __init__(self, sandbox: Sandbox, key: str, limits: Limits) -> None:
        self._sandbox, self._limits = sandbox, limits
        self._session = Session(key=key.encode(), username="grader")
        self._context = zmq.Context()
        self._context.linger = 0
        self._sockets: dict[str, zmq.Socket] = {}

    def __enter__(self) -> "Kernel":
        try:
            self._connect()
            self._greet()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._context.destroy(linger=0)

    def run(
        self, code: str, seconds: float, add: Callable[[str, Mapping[str, Any], str | None], None]
    ) -> None:
        """Run one cell.

        Parameters
        ----------
        code : str
            The cell's source.
        seconds : float
            Wall time in s after which it is interrupted.
        add : callable
            Gets kind, content and flaw of each output message.

        Raises
        ------
        CellStopped
            If the cell was interrupted because it took too long or said too much.
        KernelGone
            If there is no kernel any more, or it did not stop when interrupted.
        """
        content = {"code": code, "silent": False, "store_history": True, "user_expressions": {}}
        content |= {"allow_stdin": False, "stop_on_error": False}
        request = self._send("shell", "execute_request", content)
        stopped = self._follow(request, time.monotonic() + seconds, add)
        if stopped is None:
            return
        self._send("control", "interrupt_request", {})
        if self._follow(request, time.monotonic() + self._limits.grace_s, None) is not None:
            self._sandbox.end(f"{stopped} and did not stop when it was interrupted")
            raise self._gone()
        raise CellStopped(stopped)

    def _connect(self) -> None:
        """Wait for the kernel's sockets, then connect once: nothing of a student's has run by then."""
        until = time.monotonic() + self._limits.start_s
        wanted = {
            name: f"{self._sandbox.folder}/{_SOCKET}-{_CHANNELS.index(name) + 1}" for name in self._kinds()
        }
        while not all(map(_exists, wanted.values())):
            if not self._sandbox.is_alive or time.monotonic() > until:
                words = self._sandbox.last_words or "it said nothing"
                raise SandboxError(f"the kernel did not start ({words})")
            time.sleep(0.01)
        for name, kind in self._kinds().items():
            socket = self._sockets[name] = self._context.socket(kind)
            socket.set(zmq.MAXMSGSIZE, self._limits.message_bytes)
            socket.set(zmq.RCVHWM, 20)
            socket.set(zmq.RECONNECT_IVL, -1)
            socket.connect(f"ipc://{wanted[name]}")
        self._sockets["iopub"].subscribe(b"")

    @staticmethod
    def _kinds() -> dict[str, int]:
        """The channels that are used, with their kind of socket."""
        return {"shell": zmq.DEALER, "iopub": zmq.SUB, "control": zmq.DEALER}

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

    def _follow(self, request: str, until: float, add: Callable[..., None] | None) -> str | None:
        """Take a cell's output until it is done (None), or say why it has to be stopped."""
        replied_at, idle, count, size = None, False, 0, 0
        while True:
            for channel, frames_size, message in self._receive():
                count, size = count + 1, size + frames_size
                if message is None or message.request != request:
                    continue
                if channel == "shell" and message.kind == "execute_reply":
                    replied_at = time.monotonic()
                elif channel == "iopub" and message.kind == "status":
                    idle = idle or message.content.get("execution_state") == "idle"
                elif channel == "iopub" and add is not None:
                    add(message.kind, message.content, message.flaw)
            now = time.monotonic()
            if replied_at is not None and idle:
                return None
            if replied_at is not None and now > replied_at + _LAST_OUTPUT_S:
                self._sandbox.end("its output could not be read to the end")
                raise self._gone()
            if now > until:
                return "took too long"
            if add is not None and (size > self._limits.flood_bytes or count > self._limits.flood_messages):
                return "wrote too much output"

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


def _exists(path: str) -> bool:
    """Whether a socket is there; False also while the process's folders cannot be looked into."""
    try:
        return Path(path).exists()
    except OSError:
        return False
