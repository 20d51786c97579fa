# SPDX-License-Identifier: BSD-3-Clause
"""The process that has imported everything and does nothing: for each notebook it forks a child.

It runs inside bubblewrap (see `autograder.sandbox.zygote`), where it is started once, and it never sees a
notebook, a key or a name: a child may read all that its parent ever held in memory. It forks when it is asked
to, hands over a channel, and forgets it. The child makes itself namespaces and mounts of its own, gives up
every right, checks that they are gone, and only then reads on: it becomes an ordinary IPython kernel.

    zygote -> child, in new namespaces -> its first process, which waits -> the kernel

"""

import base64
import ctypes
import fcntl
import gc
import importlib
import json
import os
import re
import resource
import runpy
import signal
import socket
import struct
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from autograder.sandbox import seccomp

READY, GO = b"ready", b"go"
SIZE = struct.Struct("!Q")

_IMPORTED = (
    "IPython.core.pylabtools",
    "PIL.JpegImagePlugin",
    "PIL.PngImagePlugin",
    "asttokens.asttokens",
    "autograder.handin",
    "executing.executing",
    "ipykernel.debugger",
    "ipykernel.ipkernel",
    "ipykernel.kernelapp",
    "ipykernel.zmqshell",
    "matplotlib.backends.backend_agg",
    "matplotlib.pyplot",
    "mechanisms.loader",
    "neuron",
    "neuron.units",
    "numpy",
    "pure_eval.core",
    "pygments.formatters.terminal256",
    "pygments.styles.default",
    "stack_data",
)
_NEW_NAMESPACES = 0x00020000 | 0x04000000 | 0x08000000 | 0x20000000 | 0x40000000  # mount, uts, ipc, pid, net
_READ_ONLY, _NO_SUID, _NO_DEV, _NO_EXEC, _REMOUNT, _BIND, _RECURSIVE, _PRIVATE = (
    1, 2, 4, 8, 32, 4096, 16384, 1 << 18,
)  # fmt: skip
_DUMPABLE, _SECCOMP, _BOUNDING_DROP, _NO_NEW_PRIVILEGES, _AMBIENT = 4, 22, 24, 38, 47
_FILTER_MODE, _AMBIENT_CLEAR = 2, 4
_CAPABILITY_VERSION, _MOST_CAPABILITIES = 0x20080522, 64
_SET_INTERFACE_FLAGS, _UP_AND_RUNNING = 0x8914, 0x41
_libc = ctypes.CDLL(None, use_errno=True)


class _Filter(ctypes.Structure):
    """`struct sock_fprog`."""

    _fields_ = (("length", ctypes.c_ushort), ("lines", ctypes.c_char_p))


def main(control: int) -> None:
    """Import, say so, and fork a child for each channel that comes, until nobody asks any more.

    Args:
        control: A socket's file descriptor. Each message brings two more: a child's channel, and where it
            writes its errors to.
    """
    _preload()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # children leave nothing to be collected
    with socket.socket(fileno=control) as asking:
        asking.sendall(READY)
        while True:
            message, passed, *_ = socket.recv_fds(asking, 1, 2)
            if not message:
                return
            if os.fork() == 0:
                _be_child(*passed)
            for descriptor in passed:
                os.close(descriptor)


def _preload() -> None:
    """Import what notebooks import, without a thread, for threads do not survive a fork."""
    os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"  # as a kernel has it by then
    sys.modules["debugpy"] = None  # its import starts a thread, and nobody debugs here
    for name in _IMPORTED:
        importlib.import_module(name)
    del sys.modules["debugpy"]
    if len(list(Path("/proc/self/task").iterdir())) != 1:
        sys.exit("an import started a thread")
    gc.collect()
    gc.freeze()


def _be_child(channel: int, errors: int) -> None:
    """All of a child's life; nothing comes back from here into the zygote's loop."""
    try:
        os.dup2(errors, 2)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        with socket.socket(fileno=os.dup2(channel, 3)) as grader:
            os.closerange(4, os.sysconf("SC_OPEN_MAX"))
            request = _read(grader)
            _call("unshare", _NEW_NAMESPACES)
            if os.fork():  # the next one is the first of its PID namespace
                os._exit(0)
            _enclose(request)
            _give_up_rights(request)
            grader.sendall(READY)
            if grader.recv(len(GO)) != GO:
                os._exit(1)
        _run_kernel(request)
    except BaseException as error:
        os.write(2, f"{type(error).__name__}: {error}\n".encode())
    finally:
        os._exit(1)


def _read(grader: socket.socket) -> dict[str, Any]:
    """The request: what to write, what to mount, what to run; the grader sends it to the child alone."""
    with grader.makefile("rb") as stream:
        (size,) = SIZE.unpack(stream.read(SIZE.size))
        return json.loads(stream.read(size))


def _enclose(request: Mapping[str, Any]) -> None:
    """Mounts and a network of its own: nothing that it writes is seen by another child, or outlives it."""
    _mount(None, "/", None, _RECURSIVE | _PRIVATE)
    _mount("proc", "/proc", "proc", _NO_SUID | _NO_DEV | _NO_EXEC)
    _mount("devpts", "/dev/pts", "devpts", _NO_SUID | _NO_EXEC, "newinstance,ptmxmode=0666,mode=620")
    shown = {path: os.open(path, os.O_PATH) for path in _mounted_below(request["scratch"])}
    for place in request["scratch"]:
        _mount("tmpfs", place, "tmpfs", _NO_SUID | _NO_DEV, f"mode=1777,size={request['disk_bytes']}")
    for path, descriptor in shown.items():
        _show_again(path, descriptor, is_in_writable_folder=path in request["kept"])
    for name, data in request["files"].items():
        path = Path(request["home"], name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(base64.b64decode(data))
        path.chmod(0o644)
        _mount_read_only(str(path), str(path))
    with socket.socket() as any_socket:
        fcntl.ioctl(any_socket, _SET_INTERFACE_FLAGS, struct.pack("16sh14x", b"lo", _UP_AND_RUNNING))


def _mounted_below(places: Sequence[str]) -> list[str]:
    """Where something is mounted below these folders, such as a library: an empty folder would hide it."""
    lines = Path("/proc/self/mountinfo").read_text().splitlines()
    # The kernel writes white space in a path as an octal number.
    paths = [re.sub(r"\\(\d{3})", lambda code: chr(int(code[1], 8)), line.split()[4]) for line in lines]
    return [path for path in paths if any(path.startswith(f"{place}/") for place in places)]


def _show_again(path: str, descriptor: int, is_in_writable_folder: bool) -> None:
    """Mount again, read-only, what an empty folder has hidden."""
    source, target = f"/proc/self/fd/{descriptor}", Path(path)
    target.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    if is_in_writable_folder:
        target.parent.chmod(0o1777)
    if Path(source).is_dir():
        target.mkdir(exist_ok=True)
    else:
        target.touch()
    _mount_read_only(source, path)
    os.close(descriptor)


def _give_up_rights(request: Mapping[str, Any]) -> None:
    """Limits, another id, no capability and no way to one, a filter of system calls; then look if it held."""
    for name, value in request["limits"].items():
        resource.setrlimit(getattr(resource, f"RLIMIT_{name.upper()}"), (value, value))
    for capability in range(_MOST_CAPABILITIES):
        _libc.prctl(_BOUNDING_DROP, capability, 0, 0, 0)  # fails for those that this kernel does not have
    _call("prctl", _AMBIENT, _AMBIENT_CLEAR, 0, 0, 0)
    if request["user"] is not None:
        os.setgroups([])
        os.setresgid(*[request["user"]] * 3)
        os.setresuid(*[request["user"]] * 3)
    _call("capset", struct.pack("Ii", _CAPABILITY_VERSION, 0), bytes(24))
    _call("prctl", _NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    _call("prctl", _DUMPABLE, 1, 0, 0, 0)  # its own /proc/self is its own again
    lines = seccomp.program()
    program = _Filter(len(lines) // 8, lines)
    _call("prctl", _SECCOMP, _FILTER_MODE, ctypes.byref(program), 0, 0)
    _require_no_rights()


def _require_no_rights() -> None:
    """Nothing that a notebook could use is left.

    Raises:
        PermissionError: If something is.
    """
    lines = Path("/proc/self/status").read_text().splitlines()
    status = {name: value.split() for name, _, value in (line.partition(":") for line in lines)}
    capabilities = {status[name][0] for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")}
    is_sealed = status["NoNewPrivs"] == ["1"] and status["Seccomp"] == ["2"]
    if not is_sealed or capabilities != {"0" * 16} or "0" in status["Uid"] + status["Gid"]:
        raise PermissionError("the child kept rights that a notebook must not have")
    open_files = len(list(Path("/proc/self/fd").iterdir()))
    if os.getpid() != 1 or open_files > len((0, 1, 2, "the channel", "the listing itself")):
        raise PermissionError("the child is not alone, or has files open that are not its own")


def _run_kernel(request: Mapping[str, Any]) -> None:
    """Start the kernel in a session of its own, and end with it: with the first process all others end."""
    kernel = os.fork()
    if kernel:
        os.close(2)
        while os.wait()[0] != kernel:
            pass
        os._exit(0)
    os.setsid()
    os.chdir(request["home"])
    os.environ.update(request["environment"])
    importlib.import_module("numpy.random").seed()  # Python's own generator does so itself
    sys.argv = ["ipykernel_launcher", *request["arguments"]]
    runpy.run_module("ipykernel_launcher", run_name="__main__")


def _mount_read_only(source: str, target: str) -> None:
    """Show a file at `target`, not to be changed there."""
    _mount(source, target, None, _BIND)
    _mount(None, target, None, _REMOUNT | _BIND | _READ_ONLY | _NO_SUID | _NO_DEV)


def _mount(source: str | None, target: str, kind: str | None, flags: int, options: str = "") -> None:
    """mount(2)."""
    texts = [text.encode() if text else None for text in (source, target, kind)]
    _call("mount", *texts, ctypes.c_ulong(flags), options.encode() or None)


def _call(name: str, *arguments: object) -> None:
    """Call a function of the C library that gives 0.

    Raises:
        OSError: If it gives anything else.
    """
    if getattr(_libc, name)(*arguments) != 0:
        raise OSError(ctypes.get_errno(), f"{name}: {os.strerror(ctypes.get_errno())}")


if __name__ == "__main__":
    main(int(sys.argv[1]))
