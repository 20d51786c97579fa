# SPDX-License-Identifier: BSD-3-Clause
"""A process that may be anybody's: no network, no view of the course, and limits on what it takes.

With bubblewrap the process lives in namespaces of its own. It sees the system's programs, Python, the
installed packages and this course's library, all read-only, and an empty scratch folder with the files it was
given. As root there is no user namespace: root's bwrap mounts, then the first program inside drops to an id
that owns nothing. As an ordinary user a user namespace is made. Which of them works is tried, not assumed.
"""

import contextlib
import functools
import importlib.util
import itertools
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from autograder import seccomp
from autograder.limits import Limits
from autograder.memory_group import MemoryGroup
from mechanisms import loader

HOME = "/home/student"
_CACHE = "/opt/neuroscales"
_FONTS = "/tmp/matplotlib"
_PACKAGES = ("neuroscales", "mechanisms", "autograder")
_WATCH_S = 0.1
_NOBODY = 65534
_OWN_IDS = 1 << 30  # far above the ids that systems give to people and services
_runs = itertools.count()


class SandboxError(RuntimeError):
    """No sandbox can be made here; the message says what to install or to change."""


@dataclass(frozen=True)
class Isolation:
    """A way to keep a process in, found to work on this machine.

    `words` go into a mark's record; `namespaces` are bwrap's options, `has_proc` whether it can mount /proc,
    `is_filtered` whether system calls are filtered (see `autograder.seccomp`).
    """

    words: str
    namespaces: tuple[str, ...] = ()
    has_proc: bool = True
    is_filtered: bool = False


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
            self._group.add(_family(inner))
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
            for pid in [*_family(self._inner), self._inner]:
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
            family = [self._inner, *_family(self._inner)]
            if len(family) > self._limits.processes:
                self.end(f"started more than {self._limits.processes} processes")
            elif self.ended_by or sum(map(_resident_bytes, family)) > self._limits.memory_bytes:
                self.end(self._too_much_memory)


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
    environment = _environment(str(folder), str(loader.cache_folder().parent), str(folder / "matplotlib"))
    argv = [*_prlimit(limits, os.getuid()), *command]
    process = popen(argv, stdout=output, cwd=folder / "files", env=environment)
    return Sandbox(process, process.pid, str(folder / "files"), limits)


def popen(argv: Sequence[str], **options: object) -> subprocess.Popen:
    """Start a process of its own session, with its standard error to be read."""
    streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
    return subprocess.Popen(argv, start_new_session=True, **(streams | options))


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
    given = [_bind(folder / "files" / name, f"{HOME}/{name}") for name in names]
    drop, user = _drop()
    return [*walls(isolation, limits, given, extra), *drop, *_prlimit(limits, user), *command]


def walls(
    isolation: Isolation, limits: Limits, given: Sequence[Sequence[str]] = (), extra: Sequence[str] = ()
) -> list[str]:
    """bwrap with what it mounts, up to the program to start.

    Args:
        isolation: The namespaces.
        limits: Of the scratch folders' size.
        given: bwrap's options for what lies in the working folder.
        extra: More of its options.
    """
    scratch = [
        *_tmpfs(HOME, limits.disk_bytes),
        *_tmpfs("/tmp", limits.disk_bytes),
        *_tmpfs("/dev/shm", limits.disk_bytes),
    ]
    proc = ["--proc", "/proc"] if isolation.has_proc else _tmpfs("/proc", 4096)
    return [
        "bwrap",
        *isolation.namespaces,
        "--die-with-parent",
        "--hostname",
        "sandbox",
        *_system(),
        *proc,
        *("--dev", "/dev"),
        *scratch,
        *itertools.chain.from_iterable(_read_only()),
        *itertools.chain.from_iterable(given),
        *("--remount-ro", "/dev", "--remount-ro", "/"),
        *("--chdir", HOME, "--clearenv"),
        *itertools.chain.from_iterable(("--setenv", *pair) for pair in _environment().items()),
        *extra,
        "--",
    ]


def _tmpfs(place: str, size: int) -> list[str]:
    """An empty folder in memory, of limited size, for any id to write to."""
    return ["--perms", "1777", "--size", str(size), "--tmpfs", place]


def _system() -> list[str]:
    """The system's programs and libraries; not /usr/local, where other people's files may lie."""
    argv = []
    for name in ("bin", "include", "lib", "lib32", "lib64", "libexec", "sbin", "share"):
        if Path("/usr", name).is_dir():
            argv += _bind(f"/usr/{name}")
        link = Path("/", name)
        if link.is_symlink():
            argv += ["--symlink", str(link.readlink()), str(link)]
        elif link.is_dir():
            argv += _bind(link)
    for name in ("ld.so.cache", "alternatives", "fonts", "localtime"):
        argv += _bind(f"/etc/{name}", option="--ro-bind-try")
    return argv


def _bind(source: str | Path, target: str | Path | None = None, option: str = "--ro-bind") -> list[str]:
    """Mount read-only; folders on the way are made for all ids to pass (bwrap makes them for its own)."""
    target = PurePosixPath(target or source)
    ways = [("--perms", "0755", "--dir", str(way)) for way in reversed(target.parents[:-1])]
    return [*itertools.chain.from_iterable(ways), option, str(source), str(target)]


def _read_only() -> Iterator[list[str]]:
    """Python, the installed packages, this course's packages, compiled mechanisms, the list of fonts."""
    for prefix in dict.fromkeys((sys.base_prefix, sys.prefix)):
        for name in ("bin", "lib", "lib64", "pyvenv.cfg"):
            path = Path(prefix, name)
            if path.exists() and not path.is_symlink():
                yield _bind(path)
    for package in _PACKAGES:
        for folder in importlib.util.find_spec(package).submodule_search_locations:
            if not Path(folder).is_relative_to(sys.prefix):
                yield _bind(folder)
    compiled = loader.cache_folder()
    if compiled.exists():
        yield _bind(compiled, f"{_CACHE}/{compiled.name}")
    if fonts := _font_list():
        yield ["--perms", "1777", "--dir", _FONTS, "--ro-bind", str(fonts), font_list()]


def font_list() -> str | None:
    """Where matplotlib's list of fonts lies in a sandbox, if there is one."""
    return f"{_FONTS}/{fonts.name}" if (fonts := _font_list()) else None


@functools.cache
def _font_list() -> Path | None:
    """Matplotlib's list of fonts, which every kernel would otherwise make again."""
    import matplotlib
    from matplotlib import font_manager

    path = Path(matplotlib.get_cachedir(), f"fontlist-v{font_manager.FontManager.__version__}.json")
    return path if path.exists() else None


def _environment(home: str = HOME, cache: str = _CACHE, fonts: str = _FONTS) -> dict[str, str]:
    """All of the environment: nothing of the grader's own comes through."""
    return {
        "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
        "HOME": home,
        "USER": "student",
        "LANG": "C.UTF-8",
        "MPLCONFIGDIR": fonts,
        "NEUROSCALES_CACHE": cache,
        "NEURON_MODULE_OPTIONS": "-nogui",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONNOUSERSITE": "1",
    }


def _drop() -> tuple[list[str], int]:
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
    others = 0 if user >= _OWN_IDS else sum(_owner(pid) == user for pid in _pids())
    return {
        "cpu": limits.cpu_s,
        "as": limits.address_bytes,
        "fsize": limits.file_bytes,
        "nproc": limits.processes + 2 * others,
        "nofile": limits.open_files,
        "core": 0,
    }


def _prlimit(limits: Limits, user: int) -> list[str]:
    """The program that sets the limits of each process and starts the next."""
    return ["prlimit", *(f"--{name}={size}" for name, size in process_limits(limits, user).items()), "--"]


def _pids() -> list[int]:
    """All processes in sight."""
    return [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]


def _owner(pid: int) -> int | None:
    """The id that a process runs under."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}").stat().st_uid
    return None


def _family(pid: int) -> list[int]:
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


def _resident_bytes(pid: int) -> int:
    """Resident memory of a process; 0 once it is gone."""
    with contextlib.suppress(OSError, IndexError):
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return 0
