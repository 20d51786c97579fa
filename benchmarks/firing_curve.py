# SPDX-License-Identifier: BSD-3-Clause
"""What a firing curve costs: the numpy cells of the library beside NEURON, Brian2 and Jaxley.

A thousand Hodgkin-Huxley cells, each with its own steady current from rest, for 200 ms; from the spikes of
the second half the rate of each. All ways run in turn, round after round, on one core, so that a busy moment
of the machine meets each of them. What a way prepares once (building cells, compiling) is told apart. Every
curve is compared with a converged one: a fast way to another answer is worth nothing.

    python benchmarks/firing_curve.py --rounds 7 --peers ~/.cache/neuroscales-peers --to book/instructors/firing-curve.json

Brian2 and Jaxley get environments of their own below `--peers`, made at the first run (with a network); they
are not among the packages that this repository needs. Without `--peers` they are left out. Prints the figures
as JSON, and writes them to `--to`.
"""  # noqa: E501

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from importlib.metadata import version
from pathlib import Path

import numpy as np

os.environ.setdefault("NEURON_MODULE_OPTIONS", "-nogui")
from neuron import h

from neuroscales.core.engine import Method, neuron_as_found
from neuroscales.membrane import HodgkinHuxley, Patch, Pulse
from neuroscales.membrane.excitability import equilibrium_mV, late_rates_Hz, spike_trains
from neuroscales.membrane.hodgkin_huxley import steady_gates

LOWEST, HIGHEST = 0.0, 20.0  # uA/cm2
TSTOP_ms, DT_ms = 200.0, 0.025
MEMBRANE = HodgkinHuxley()  # with the leak of NEURON's hh
REST_mV = equilibrium_mV(0.0, MEMBRANE)
PATCH = Patch(v_init_mV=REST_mV)
OURS = "numpy, all cells at once"
PEERS = {
    # its last release does not import with the newest numpy
    "Brian2, compiled": ("brian2_curve.py", ("brian2==2.9.0", "numpy<2.4", "setuptools")),
    "Jaxley, compiled": ("jaxley_curve.py", ("jaxley==0.14.0",)),
}
HERE = Path(__file__).resolve().parent

Trains = list[np.ndarray]  # spike times of each cell in ms


def main() -> None:
    """Run the benchmark, print its result as JSON, and write it where it is wanted."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cells", type=int, default=1000, help="points of the curve (default 1000)")
    parser.add_argument("--rounds", type=int, default=7, help="rounds that are timed (default 7)")
    parser.add_argument("--peers", type=Path, help="a folder for the environments of Brian2 and Jaxley")
    parser.add_argument("--to", type=Path, help="a file for the figures")
    options = parser.parse_args()
    on_one_core()
    h.load_file("stdrun.hoc")
    amps = np.linspace(LOWEST, HIGHEST, options.cells)
    load = [os.getloadavg()[0]]
    with neuron_as_found(), ExitStack() as stack:
        ways = {name: make(amps) for name, make in WAYS.items()}
        if options.peers:
            for name in PEERS:
                ways[name] = stack.enter_context(peer(name, options.peers, options.cells))
        times_s = {name: np.empty(options.rounds) for name in ways}
        for number in range(options.rounds):
            for name, way in ways.items():
                times_s[name][number] = way.timed_s()
        rates = {name: late_rates_Hz(way.trains(), TSTOP_ms / 2, TSTOP_ms) for name, way in ways.items()}
        rows = [row(name, way, times_s, rates[name], amps) for name, way in ways.items()]
    load.append(os.getloadavg()[0])
    figures = {"cells": options.cells, "rounds": options.rounds, "tstop_ms": TSTOP_ms, "dt_ms": DT_ms}
    text = json.dumps({**figures, "load": load, "machine": machine(), "ways": rows}, indent=1) + "\n"
    print(text)
    if options.to:
        options.to.write_text(text, encoding="utf-8")


class Numpy:
    """The library's cells, all at once, in numpy."""

    prepared_s = 0.0
    version = version("numpy")

    def __init__(self, amps: np.ndarray, dt_ms: float = DT_ms) -> None:
        self.amps, self.dt_ms = amps, dt_ms

    def timed_s(self) -> float:
        """Wall time of one run."""
        started = time.perf_counter()
        stimuli = [Pulse(amp_uA_cm2=self.amps)]
        self.found = spike_trains(stimuli, MEMBRANE, tstop_ms=TSTOP_ms, dt_ms=self.dt_ms, v_init_mV=REST_mV)
        return time.perf_counter() - started

    def trains(self) -> Trains:
        """Spike times of the last run."""
        return self.found


class Cell:
    """One soma in NEURON, with a steady current and a detector of spikes."""

    def __init__(self, amp_uA_cm2: float) -> None:
        self.section = h.Section("soma")
        self.section.L, self.section.diam = PATCH.L_um, PATCH.diam_um
        self.section.insert("hh")
        self.clamp = h.IClamp(self.section(0.5))
        self.clamp.delay, self.clamp.dur = 0, 1e9
        self.set(amp_uA_cm2)
        self.detector = h.NetCon(self.section(0.5)._ref_v, None, sec=self.section)
        self.detector.threshold = 0
        self.times = h.Vector()
        self.detector.record(self.times)

    def set(self, amp_uA_cm2: float) -> None:
        """Set the current."""
        self.clamp.amp = amp_uA_cm2 / PATCH.density_uA_cm2(1.0)


class NeuronLoop:
    """One cell in NEURON, run for one current after the other, as a tutorial has it."""

    version = version("neuron")

    def __init__(self, amps: np.ndarray, solve: Callable[[float], object]) -> None:
        self.amps, self.solve, self.prepared_s = amps, solve, 0.0

    def timed_s(self) -> float:
        """Wall time of all runs."""
        started = time.perf_counter()
        cell, self.found = Cell(0.0), []
        for amp in self.amps:
            cell.set(amp)
            start_neuron()
            self.solve(TSTOP_ms)
            self.found.append(np.array(cell.times))
        return time.perf_counter() - started

    def trains(self) -> Trains:
        """Spike times of the last run."""
        return self.found


class NeuronAtOnce(NeuronLoop):
    """As many cells in NEURON as there are currents, in one run."""

    def timed_s(self) -> float:
        """Wall time of building all cells and running them."""
        started = time.perf_counter()
        cells = [Cell(amp) for amp in self.amps]
        start_neuron()
        self.solve(TSTOP_ms)
        self.found = [np.array(cell.times) for cell in cells]
        return time.perf_counter() - started


def start_neuron() -> None:
    """Set what NEURON keeps between runs, and initialize."""
    Method(DT_ms, rate_table=False).apply()
    h.celsius, h.steps_per_ms = MEMBRANE.celsius_degC, 1 / DT_ms
    h.finitialize(REST_mV)


def psolve(tstop_ms: float) -> None:
    """NEURON's run without the run system around it."""
    context = h.ParallelContext()
    context.set_maxstep(10)
    context.psolve(tstop_ms)


def continuerun(tstop_ms: float) -> None:
    """NEURON's run as every tutorial has it."""
    h.continuerun(tstop_ms)


WAYS = {
    OURS: Numpy,
    "numpy, the step twice as long": lambda amps: Numpy(amps, 2 * DT_ms),
    "NEURON, one after the other, continuerun": lambda amps: NeuronLoop(amps, continuerun),
    "NEURON, one after the other, psolve": lambda amps: NeuronLoop(amps, psolve),
    "NEURON, all cells in one run, psolve": lambda amps: NeuronAtOnce(amps, psolve),
}


class Peer:
    """Another simulator, in a process of its own that has prepared and waits for its turn."""

    def __init__(self, process: subprocess.Popen) -> None:
        self.process = process
        ready = self.answer()
        self.prepared_s, self.version = ready["prepared_s"], ready["version"]

    def answer(self) -> dict:
        """What the process says next."""
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.process.args[1]} ended without an answer: see what it wrote above")
        return json.loads(line)

    def ask(self, word: str) -> dict:
        """Say a word to the process, and hear what it answers."""
        self.process.stdin.write(word + "\n")
        self.process.stdin.flush()
        return self.answer()

    def timed_s(self) -> float:
        """Wall time of one run, measured by the peer itself."""
        return self.ask("run")["s"]

    def trains(self) -> Trains:
        """Spike times of the last run."""
        return [np.array(train) for train in self.ask("trains")["trains"]]


@contextmanager
def peer(name: str, folder: Path, cells: int) -> Iterator[Peer]:
    """Start a peer in its environment, which is made where it is missing."""
    script, packages = PEERS[name]
    environment = folder / script.removesuffix(".py")
    python = environment / "bin" / "python"
    if not python.exists():
        uv = Path(sys.executable).parent / "uv"
        subprocess.run([uv, "venv", "-q", "--python", sys.executable, environment], check=True)
        subprocess.run([uv, "pip", "install", "-q", "--python", python, *packages], check=True)
    numbers = (cells, LOWEST, HIGHEST, TSTOP_ms, DT_ms, REST_mV, *steady_gates(REST_mV))
    command = [python, HERE / "peers" / script, *map(str, numbers)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, **pipes) as process:
        yield Peer(process)
        process.stdin.close()


def row(name: str, way: object, times_s: dict[str, np.ndarray], rates: np.ndarray, amps: np.ndarray) -> dict:
    """What is printed of one way."""
    times, ratios = times_s[name], times_s[name] / times_s[OURS]
    return {
        "way": name,
        "version": way.version,
        "prepared_s": digits(way.prepared_s),
        "s": {"least": digits(times.min()), "median": digits(np.median(times)), "most": digits(times.max())},
        "ratio": {part: digits(value) for part, value in quartiles(ratios).items()},
        **agreement(rates, amps),
    }


def agreement(rates: np.ndarray, amps: np.ndarray) -> dict[str, float | None]:
    """Where the curve begins, and how far it lies from a converged one where both fire."""
    best = converged(len(amps))
    both = (rates > 0) & (best > 0)
    worst = np.abs(rates[both] / best[both] - 1).max() if both.any() else None
    onset = amps[np.argmax(rates > 0)] if rates.any() else None
    return {
        "onset_uA_cm2": None if onset is None else digits(onset, 4),
        "worst_percent": None if worst is None else digits(100 * worst),
        "fire_here_alone": int(((rates > 0) & ~(best > 0)).sum()),
        "fire_there_alone": int((~(rates > 0) & (best > 0)).sum()),
    }


_converged: dict[int, np.ndarray] = {}


def converged(cells: int) -> np.ndarray:
    """The curve with a step so short that halving it changes nothing that is printed."""
    if cells not in _converged:
        finest = Numpy(np.linspace(LOWEST, HIGHEST, cells), DT_ms / 8)
        finest.timed_s()
        _converged[cells] = late_rates_Hz(finest.trains(), TSTOP_ms / 2, TSTOP_ms)
    return _converged[cells]


def quartiles(values: np.ndarray) -> dict[str, float]:
    """Median and quartiles."""
    return dict(zip(("low", "median", "high"), np.quantile(values, [0.25, 0.5, 0.75]), strict=True))


def digits(value: float, count: int = 3) -> float:
    """A number to so many digits."""
    return float(f"{value:.{count}g}")


def on_one_core() -> None:
    """Keep this process, and all that it starts, on one core, where the system lets us."""
    os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def machine() -> dict[str, str]:
    """What the times depend on."""
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        **{package: version(package) for package in ("neuron", "numpy")},
    }


if __name__ == "__main__":
    main()
