# SPDX-License-Identifier: BSD-3-Clause
"""A function run in a fresh process, with chosen mechanisms loaded into a NEURON that has just started.

NEURON can neither load a second mechanism of one name nor forget the first. A new process can: it starts in
about a second, knows nothing of what the notebook did, and is gone when the function has returned.
"""

import contextlib
import ctypes
import linecache
import os
import pickle
import signal
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from mechanisms import loader
from mechanisms.crossing import CrossingError, pack

_REQUEST, _ANSWER = "request", "answer"
_END_WITH_PARENT = 1  # PR_SET_PDEATHSIG


class RunError(loader.MechanismError):
    """A function did not come to its end in the fresh process; the message says where, and why."""


class TimeUp(RunError):
    """The fresh process was ended because its time was up."""


def call(
    sources: Mapping[str, str], function: Callable, args: tuple, options: dict[str, Any], timeout_s: float
) -> Any:
    """Run `function(*args, **options)` in a new process that has loaded the mechanisms of `sources`.

    What it prints is printed here, when it has ended.

    Args:
        sources: NMODL text by the name of its file.
        function: what to run; it may use modules, functions and values of the notebook.
        args: its arguments by place.
        options: its arguments by name.
        timeout_s: after so many seconds the process is ended.

    Returns:
        What the function returns: numbers, strings, arrays, recordings, containers of these.

    Raises:
        TimeUp: the time is up.
        RunError: the function raised, or the process crashed.
        CrossingError: an argument or a result cannot leave its process.
    """
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        for name, source in sources.items():
            (folder / name).write_text(source, encoding="utf-8")
        (folder / _REQUEST).write_bytes(pack((function, args, options)))
        said = _run(folder, timeout_s)
        if not (folder / _ANSWER).exists():
            raise RunError(_how_it_ended(said))
        return _unfold((folder / _ANSWER).read_bytes(), said.stderr)


def _run(folder: Path, timeout_s: float) -> subprocess.CompletedProcess:
    """Start the process, wait for its end, and print what it printed; nothing of it outlives this call."""
    command = [sys.executable, "-c", "from mechanisms import fresh; fresh.serve()", str(Path.cwd())]
    paths = os.pathsep.join(path or str(Path.cwd()) for path in sys.path)
    process = subprocess.Popen(
        command,
        cwd=folder, env={**os.environ, "PYTHONPATH": paths}, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace", start_new_session=True,
    )  # fmt: skip
    try:
        out, err = process.communicate(timeout=timeout_s)
    except subprocess.TimeoutExpired:
        _end(process)
        raise TimeUp(
            f"nothing came back within {timeout_s:g} s, and the process was ended: does a WHILE in the "
            "mechanism ever end, and is the simulation as short as you mean? (timeout_s gives it longer)"
        ) from None
    except BaseException:  # the reader interrupts
        _end(process)
        raise
    sys.stdout.write(out)
    return subprocess.CompletedProcess(command, process.returncode, out, err)


def _end(process: subprocess.Popen) -> None:
    """End a process that still runs, and all that it started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def _how_it_ended(said: subprocess.CompletedProcess) -> str:
    """One sentence on a process that gave no answer."""
    last = (said.stderr.strip().splitlines() or [""])[-1][:300]
    if said.returncode < 0:
        name = signal.Signals(-said.returncode).name
        return (
            f"the process crashed ({name}): the mechanism has touched memory that is not its own (an index "
            "beyond the end of an array, a POINTER that points nowhere, VERBATIM) or stopped the program"
        )
    return f"the process ended by itself before the function did (exit code {said.returncode}): {last}"


def _unfold(answer: bytes, stderr: str) -> Any:
    """The result, or the exception that says what went wrong."""
    kind, content = pickle.loads(answer)
    if kind == "result":
        sys.stderr.write(stderr)
        return content
    if kind == "cannot cross":
        raise CrossingError(content)
    if kind == "cannot load":
        raise loader.MechanismError(content)
    name, message, frames = content
    raise RunError(_where(frames) + f"{name}: {message}" + _neurons_words(stderr))


def _where(frames: list[tuple[str, int, str]]) -> str:
    """The deepest line that was reached, in words."""
    if not frames:
        return ""
    file, number, function = frames[-1]
    line = linecache.getline(file, number).strip()
    return f"in line {number} of {function}()" + (f", {line!r}: " if line else ": ")


def _neurons_words(stderr: str) -> str:
    """What NEURON itself printed of the trouble, in brackets."""
    words = [line.removeprefix("NEURON: ") for line in stderr.splitlines() if line.startswith("NEURON: ")]
    return f" (NEURON says: {words[0]})" if words else ""


def serve() -> None:
    """The fresh process's side: load what lies in the working folder, run what is asked, leave the answer."""
    folder = Path.cwd()
    _end_with_parent()
    try:
        _load(folder)
        os.chdir(sys.argv[1])  # the function may read files that lie beside the notebook
        function, args, options = pickle.loads((folder / _REQUEST).read_bytes())
        answer = pack(("result", function(*args, **options)))
    except CrossingError as error:
        answer = pack(("cannot cross", str(error)))
    except loader.MechanismError as error:
        answer = pack(("cannot load", str(error)))
    except Exception as error:  # whatever the function raises is told where it was asked for
        answer = pack(("raised", (type(error).__name__, str(error), _frames(error))))
    (folder / "unfinished").write_bytes(answer)
    (folder / "unfinished").rename(folder / _ANSWER)


def _end_with_parent() -> None:
    """Where Linux can see to it: a notebook that is killed leaves no endless WHILE behind."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_END_WITH_PARENT, signal.SIGKILL)


def _load(folder: Path) -> None:
    """Load the sources into a NEURON that has just started."""
    os.environ.setdefault("NEURON_MODULE_OPTIONS", "-nogui")
    loader.load(folder, advise=False)  # `write` has given it


def _frames(error: Exception) -> list[tuple[str, int, str]]:
    """Where it was raised: file, line and function, from the outside in; those of the notebook, if any."""
    inside = list(traceback.walk_tb(error.__traceback__))[1:]  # the first is this module's
    own = [(frame, line) for frame, line in inside if frame.f_globals.get("__name__") == "__main__"]
    return [(frame.f_code.co_filename, line, frame.f_code.co_name) for frame, line in own or inside]
