# SPDX-License-Identifier: BSD-3-Clause
"""Is it installed and working?

    python -m neuroscales.doctor

imports what the course is built on, compiles a mechanism, runs an axon, draws a figure, makes a sandbox and
starts a browser. Each line says `ok`, or what to do; the exit code is 0 when all is well and 1 when something
needs doing.
"""

import importlib
import importlib.metadata
import io
import platform
import sys
from collections.abc import Callable

from neuroscales.programs import Advice, check_browser, check_compiler, check_sandbox

OLDEST_PYTHON = (3, 11)
INSTALL = "install the course anew, as its README says"


def check_python() -> str:
    """Python is new enough."""
    if sys.version_info < OLDEST_PYTHON:
        oldest = ".".join(map(str, OLDEST_PYTHON))
        raise Advice(f"this is Python {platform.python_version()}: install {oldest} or later")
    return f"{platform.python_version()} in {sys.prefix}"


def check_imports() -> str:
    """The packages that the library needs are here, in versions that work together."""
    names = ["numpy", "scipy", "matplotlib", "neuron", "efel", "anywidget"]
    found = []
    for name in names:
        try:
            importlib.import_module(name)
        except ImportError as error:
            raise Advice(f"{name} cannot be imported ({error}): {INSTALL}") from error
        found.append(f"{name} {importlib.metadata.version(name)}")
    return ", ".join(found)


def check_mechanism() -> str:
    """A mechanism of the course compiles, or lies compiled in the cache, and does what it should."""
    import mechanisms

    try:
        library = mechanisms.load()
    except mechanisms.MechanismError as error:
        raise Advice(str(error)) from error
    from neuron import h

    cell, fired = h.VecStim(), h.Vector()
    cell.play(h.Vector([1.0, 2.0]))
    connection = h.NetCon(cell, None)
    connection.record(fired)
    h.finitialize(-65)
    h.CVode().solve(3)
    if list(fired) != [1.0, 2.0]:
        raise Advice(
            f"VecStim fired at {list(fired)} ms instead of 1 and 2 ms: delete {library} and try again"
        )
    return f"VecStim from {library}"


def check_axon() -> str:
    """NEURON carries a spike from one end of the squid axon to the other."""
    from neuroscales.cable import CurrentClamp, SquidAxon, simulate_squid_axon
    from neuroscales.core import measure

    clamp = CurrentClamp(place=0.0, delay_ms=1.0, dur_ms=0.2, amp_nA=2000.0)
    recording = simulate_squid_axon(SquidAxon(), [clamp], tstop_ms=10.0, dt_ms=0.025, record={"v": [1.0]})
    arrivals = measure.spike_times(recording.time, recording.values("v", place=1.0))
    if len(arrivals) != 1:
        raise Advice(f"{len(arrivals)} spikes arrived instead of one: {INSTALL}")
    return f"a spike crossed 20 mm of squid axon and arrived {arrivals[0]:.1f} ms after the start"


def check_figure() -> str:
    """matplotlib draws."""
    from neuroscales.core import style

    figure, ax = style.figure(caption="A line.", alt="A line that rises from zero to one.")
    ax.plot([0, 1], [0, 1])
    picture = io.BytesIO()
    figure.savefig(picture, format="png")
    return f"a figure of {picture.tell() // 1000} kB"


def check_jupyter() -> str:
    """There is a place to open notebooks in."""
    try:
        return f"JupyterLab {importlib.metadata.version('jupyterlab')}"
    except importlib.metadata.PackageNotFoundError as error:
        raise Advice("notebooks open in JupyterLab: python -m pip install jupyterlab") from error


NEEDED: dict[str, Callable[[], str]] = {
    "Python": check_python,
    "imports": check_imports,
    "compiler": check_compiler,
    "mechanism": check_mechanism,
    "axon": check_axon,
    "figure": check_figure,
}
USEFUL: dict[str, Callable[[], str]] = {
    "notebooks": check_jupyter,
    "sandbox": check_sandbox,
    "browser": check_browser,
}


def examine(check: Callable[[], str]) -> tuple[bool, str]:
    """Run one check.

    Returns:
        Whether all is well, and one line: what was found, or what to do.
    """
    try:
        return True, check()
    except Advice as advice:
        return False, str(advice)
    except Exception as error:  # whatever breaks is told like the rest, and the other checks still run
        return False, f"{type(error).__name__}: {error}: {INSTALL}"


def main() -> int:
    """Run all checks, print a line for each, and return the exit code."""
    well = True
    for name, check in NEEDED.items():
        good, line = examine(check)
        _print_line("ok" if good else "TO DO", name, line)
        well = well and good
    for name, check in USEFUL.items():
        good, line = examine(check)
        _print_line("ok" if good else "optional", name, line)
    return 0 if well else 1


def _print_line(state: str, name: str, line: str) -> None:
    """One line of the report."""
    print(f"{state:<9} {name:<10} {line}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
