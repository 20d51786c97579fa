# SPDX-License-Identifier: BSD-3-Clause
"""What bubblewrap mounts: the system, Python, packages and scratch, and nothing else."""

import functools
import importlib.util
import itertools
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from autograder.sandbox.limits import Limits
from mechanisms import loader

HOME = "/home/student"
_CACHE = "/opt/neuroscales"
_FONTS = "/tmp/matplotlib"
_PACKAGES = ("neuroscales", "mechanisms", "autograder")


@dataclass(frozen=True)
class Isolation:
    """A way to keep a process in, found to work on this machine.

    `words` go into a mark's record; `namespaces` are bwrap's options, `has_proc` whether it can mount /proc,
    `is_filtered` whether system calls are filtered (see `autograder.sandbox.seccomp`).
    """

    words: str
    namespaces: tuple[str, ...] = ()
    has_proc: bool = True
    is_filtered: bool = False


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
        *itertools.chain.from_iterable(("--setenv", *pair) for pair in environment().items()),
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
            argv += bind(f"/usr/{name}")
        link = Path("/", name)
        if link.is_symlink():
            argv += ["--symlink", str(link.readlink()), str(link)]
        elif link.is_dir():
            argv += bind(link)
    for name in ("ld.so.cache", "alternatives", "fonts", "localtime"):
        argv += bind(f"/etc/{name}", option="--ro-bind-try")
    return argv


def bind(source: str | Path, target: str | Path | None = None, option: str = "--ro-bind") -> list[str]:
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
                yield bind(path)
    for package in _PACKAGES:
        for folder in importlib.util.find_spec(package).submodule_search_locations:
            if not Path(folder).is_relative_to(sys.prefix):
                yield bind(folder)
    compiled = loader.cache_folder()
    if compiled.exists():
        yield bind(compiled, f"{_CACHE}/{compiled.name}")
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


def environment(home: str = HOME, cache: str = _CACHE, fonts: str = _FONTS) -> dict[str, str]:
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
