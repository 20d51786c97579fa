# SPDX-License-Identifier: BSD-3-Clause
"""A process that may be anybody's: no network, no view of the course, and limits on what it takes.

With bubblewrap the process lives in namespaces of its own. It sees the system's programs, Python, the
installed packages and this course's library, all read-only, and an empty scratch folder with the files it was
given. As root there is no user namespace: root's bwrap mounts, then the first program inside drops to an id
that owns nothing. As an ordinary user a user namespace is made. Which of them works is tried, not assumed.
"""

import contextlib
import functools
import itertools
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath

from autograder.sandbox import seccomp
from autograder.sandbox.limits import Limits
from autograder.sandbox.process import Sandbox, popen
from autograder.sandbox.rights import drop, prlimit
from autograder.sandbox.walls import HOME, Isolation, bind, environment, walls
from mechanisms import loader


class SandboxError(RuntimeError):
    """No sandbox can be made here; the message says what to install or to change."""


@contextlib.contextmanager
def open_sandbox(
    isolation: Isolation,
    command: Sequence[str],
    files: Mapping[str, bytes],
    limits: Limits,
    output: int = subprocess.DEVNULL,
) -> Iterator[Sandbox]:
    """Run `command` in a sandbox with `files` in its working folder; on leaving, everything is ended.

    Args:
        isolation: How it is made.
        command: What is run.
        files: The files in its working folder, not to be changed there, by relative name.
        limits: What it may take.
        output: The file descriptor of its standard output, or nowhere.

    Raises:
        SandboxError: If the sandbox does not start.
        ValueError: If a file's name leads out of the working folder.
    """
    with tempfile.TemporaryDirectory(prefix="run-") as made:
        folder = Path(made)
        _write_files(folder / "files", files)
        start = _start_contained if isolation.namespaces else _start_limited
        sandbox = start(isolation, command, folder, sorted(files), limits, output)
        try:
            yield sandbox
        finally:
            sandbox.close()


@functools.cache
def find_isolation(wanted: str) -> Isolation:
    """The isolation to use: "bubblewrap", or "limits" (resource limits alone, to be asked for explicitly).

    Raises:
        SandboxError: If it cannot be had on this machine.
    """
    if wanted == "limits":
        return _find_limits()
    if wanted != "bubblewrap":
        raise SandboxError(f'isolation must be "bubblewrap" or "limits", not "{wanted}"')
    for tool in ("bwrap", "setpriv", "prlimit"):
        if shutil.which(tool) is None:
            package = "bubblewrap" if tool == "bwrap" else "util-linux"
            raise SandboxError(f"{tool} is missing: install it (Debian, Ubuntu: apt install {package})")
    return _find_bubblewrap()


def _find_bubblewrap() -> Isolation:
    """The first way that starts Python."""
    own = ("--unshare-net", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try")
    ways = {"bubblewrap, own id": own}
    if os.getuid() != 0:
        user = (*own, "--unshare-user", "--uid", "1000", "--gid", "1000", "--cap-drop", "ALL")
        ways = {"bubblewrap, sealed user namespace": (*user, "--disable-userns")}
        ways["bubblewrap, user namespace"] = user
    lacks = itertools.product(("", ", no filter of system calls"), ("", ", no /proc"))
    for (no_filter, no_proc), (words, namespaces) in itertools.product(lacks, ways.items()):
        tried = Isolation(f"{words}{no_filter}{no_proc}", namespaces, not no_proc, not no_filter)
        complaint = _try_out(tried)
        if complaint is None:
            return tried
    raise SandboxError(
        f"bubblewrap is installed but cannot make a sandbox here ({complaint}): "
        "allow user namespaces on this machine, or grade on one that does"
    )


def _find_limits() -> Isolation:
    """Resource limits alone: never with root's rights."""
    if os.getuid() == 0:
        raise SandboxError(
            "without bubblewrap a submission would run with root's rights: grade as an ordinary user"
        )
    return Isolation("limits alone")


def _try_out(isolation: Isolation) -> str | None:
    """None if Python starts in this isolation, else what was complained about."""
    if isolation.is_filtered and seccomp.program() is None:
        return "no filter of system calls is known for this machine"
    with tempfile.TemporaryDirectory(prefix="run-") as made, _filter(isolation) as (extra, passed):
        argv = _contained(isolation, [sys.executable, "-c", "import zmq"], Path(made), [], Limits(), extra)
        options = {"capture_output": True, "text": True, "timeout": 60, "stdin": subprocess.DEVNULL}
        tried = subprocess.run(argv, pass_fds=passed, **options)
    complaint = tried.stderr.strip().splitlines()
    return None if tried.returncode == 0 else (complaint[-1] if complaint else "it does not start")


def _start_contained(
    isolation: Isolation,
    command: Sequence[str],
    folder: Path,
    names: Sequence[str],
    limits: Limits,
    output: int,
) -> Sandbox:
    """Start in namespaces of its own; its working folder is reached through the process's own root folder."""
    reading, writing = os.pipe()
    with _filter(isolation) as (extra, passed):
        extra = ["--info-fd", str(writing), *extra]
        argv = _contained(isolation, command, folder, names, limits, extra)
        process = popen(argv, stdout=output, pass_fds=(writing, *passed))
    os.close(writing)
    with os.fdopen(reading) as pipe:
        info = pipe.read(10_000)
    if not info.rstrip().endswith("}"):
        _, stderr = process.communicate(timeout=10)
        raise SandboxError(f"the sandbox did not start ({stderr.decode('utf-8', 'replace').strip()[-300:]})")
    inner = json.loads(info)["child-pid"]
    return Sandbox(process, inner, f"/proc/{inner}/root{HOME}", limits)


@contextlib.contextmanager
def _filter(isolation: Isolation) -> Iterator[tuple[list[str], tuple[int, ...]]]:
    """bwrap's option for the filter of system calls, and the file descriptor that it reads it from."""
    if not isolation.is_filtered:
        yield [], ()
        return
    reading, writing = os.pipe()
    try:
        os.write(writing, seccomp.program())
        os.close(writing)
        yield ["--seccomp", str(reading)], (reading,)
    finally:
        os.close(reading)


def _start_limited(
    isolation: Isolation,
    command: Sequence[str],
    folder: Path,
    names: Sequence[str],
    limits: Limits,
    output: int,
) -> Sandbox:
    """Start with resource limits alone, in a temporary folder."""
    variables = environment(str(folder), str(loader.cache_folder().parent), str(folder / "matplotlib"))
    argv = [*prlimit(limits, os.getuid()), *command]
    process = popen(argv, stdout=output, cwd=folder / "files", env=variables)
    return Sandbox(process, process.pid, str(folder / "files"), limits)


def _write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """The files for the working folder, written where they can be mounted from."""
    folder.mkdir()
    for name, data in files.items():
        target = folder / inside(name)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        target.chmod(0o644)


def inside(name: str) -> PurePosixPath:
    """The path of a file in the working folder.

    Raises:
        ValueError: If it leads out of it.
    """
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or not path.parts:
        raise ValueError(f"the file {name!r} does not lie in the assignment's folder")
    return path


def _contained(
    isolation: Isolation,
    command: Sequence[str],
    folder: Path,
    names: Sequence[str],
    limits: Limits,
    extra: Sequence[str] = (),
) -> list[str]:
    """The whole command line: bwrap, what it mounts, the drop to another id, the limits, the command."""
    given = [bind(folder / "files" / name, f"{HOME}/{name}") for name in names]
    dropped, user = drop()
    return [*walls(isolation, limits, given, extra), *dropped, *prlimit(limits, user), *command]
