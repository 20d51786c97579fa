# SPDX-License-Identifier: BSD-3-Clause
"""What populations cost: a network of 10,000 neurons beside Brian2, the density beside its own floor.

The network has 8,000 excitatory and 2,000 inhibitory neurons, each pair connected with a probability of 0.1,
and a normal number from outside for each neuron in each step of 0.1 ms; it runs for 1 s of model time. Both
ways run in turn, round after round, on one core. The density is marched for 1 s in steps of 0.1 ms, beside as
many tridiagonal solves that know nothing of where their numbers come from.

    python benchmarks/population.py --rounds 5 --peers ~/.cache/neuroscales-peers

Brian2 gets an environment of its own below `--peers`, made at the first run (with a network); it is not among
the packages that this repository needs. Without `--peers` it is left out. Prints the figures as JSON.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import numpy as np
from numba import njit

from neuroscales.population import (
    RHYTHM,
    Bins,
    NoisyNeuron,
    simulate_density,
    simulate_spiking_network,
    simulate_wilson_cowan,
    wire,
)
from neuroscales.population.spiking_network import SpikingNetwork

HERE = Path(__file__).resolve().parent
BRIAN2 = ("brian2==2.9.0", "numpy<2.4", "setuptools")  # its last release does not import with newer ones
N_E, N_I, CHANCE, TSTOP_ms, DT_ms = 8000, 2000, 0.1, 1000.0, 0.1
WEIGHT_mV, G, OUTSIDE_mV = 0.1, 5.0, 40.0
NETWORK = SpikingNetwork(
    N_E, N_I, round(CHANCE * N_E), round(CHANCE * N_I), WEIGHT_mV, G * WEIGHT_mV, WEIGHT_mV, G * WEIGHT_mV,
    OUTSIDE_mV, OUTSIDE_mV, WEIGHT_mV,
)  # fmt: skip


def main() -> None:
    """Run the benchmark and print its result as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5, help="rounds that are timed (default 5)")
    parser.add_argument("--peers", type=Path, help="a folder for the environment of Brian2")
    options = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    figures = {"load": os.getloadavg()[0], "machine": machine()}
    figures["network"] = network(options.rounds, options.peers)
    figures["density"] = density(options.rounds)
    figures["two populations"] = two_populations(options.rounds)
    print(json.dumps({**figures, "load after": os.getloadavg()[0]}, indent=1))


def network(rounds: int, peers: Path | None) -> dict:
    """Our network and Brian2's, in turn."""
    rng = np.random.default_rng(1)
    wiring = wire((N_E, N_I), (CHANCE * N_E, CHANCE * N_I), rng, "binomial")
    compile_s = timed(lambda: simulate_spiking_network(NETWORK, wiring, rng, tstop_ms=1, outside="normal"))
    peer = brian2(peers) if peers else None
    ours, theirs, rates = [], [], []
    for _ in range(rounds):
        before = time.process_time()
        spikes = simulate_spiking_network(NETWORK, wiring, rng, tstop_ms=TSTOP_ms, outside="normal")
        ours.append(time.process_time() - before)
        rates.append(spikes.time_ms.size / spikes.n_cells / (1e-3 * TSTOP_ms))
        if peer:
            theirs.append(ask(peer))
    figures = {"first_call_s": compile_s, "cpu_s": digits(ours), "rate_Hz": digits(rates)}
    if peer:
        peer.stdin.close()
        for part in ("s", "cpu_s", "rate_Hz"):
            figures[f"brian2_{part}"] = digits([each[part] for each in theirs])
        pairs = zip(theirs, ours, strict=True)
        figures["loop_ratio"] = float(np.median([each["s"] / mine for each, mine in pairs]))
    return figures


def density(rounds: int) -> dict:
    """The density with its input constant, beside as many bare tridiagonal solves."""
    bins, n_steps = Bins(400), round(TSTOP_ms / DT_ms)
    bands = np.stack([np.full(400, -0.2), np.full(400, 1.5), np.full(400, -0.3)])
    ways = {
        "density": lambda: simulate_density(
            NoisyNeuron(), 20.0, 5.0, mu_before_mV=15.0, tstop_ms=TSTOP_ms, dt_ms=DT_ms, every=100, bins=bins
        ),
        "tridiagonal floor": lambda: bare_solves(bands, np.ones(400), n_steps),
    }
    return in_turn(ways, rounds)


def two_populations(rounds: int) -> dict:
    """One run of the rhythm set, and a ramp of 20 s."""
    ways = {
        "500 ms": lambda: simulate_wilson_cowan(RHYTHM, 1.25, tstop_ms=500),
        "20 s": lambda: simulate_wilson_cowan(RHYTHM, 1.25, tstop_ms=20_000, dt_ms=0.5),
    }
    return in_turn(ways, rounds)


@njit
def bare_solves(bands: np.ndarray, right: np.ndarray, number: int) -> np.ndarray:
    """Thomas's algorithm, over and over; what the density cannot do without."""
    n = len(right)
    x, shrunk = right.copy(), np.empty(n)
    for _ in range(number):
        for j in range(n):
            lower = bands[0, j] if j > 0 else 0.0
            diagonal = bands[1, j] - (lower * shrunk[j - 1] if j > 0 else 0.0)
            shrunk[j] = bands[2, j] / diagonal
            x[j] = (x[j] - (lower * x[j - 1] if j > 0 else 0.0)) / diagonal
        for j in range(n - 2, -1, -1):
            x[j] -= shrunk[j] * x[j + 1]
    return x


def in_turn(ways: dict[str, Callable], rounds: int) -> dict:
    """CPU times of each way in ms, after a first call that compiles."""
    first_s = {name: timed(way) for name, way in ways.items()}
    times = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            before = time.process_time()
            way()
            times[name].append(1e3 * (time.process_time() - before))
    medians = {name: float(np.median(each)) for name, each in times.items()}
    return {
        "first_call_s": first_s,
        "cpu_ms": {name: digits(each) for name, each in times.items()},
        "median_ms": medians,
    }


def brian2(folder: Path) -> subprocess.Popen:
    """Start Brian2 in its environment, which is made where it is missing."""
    environment = folder / "brian2_network"
    python = environment / "bin" / "python"
    if not python.exists():
        uv = Path(sys.executable).parent / "uv"
        subprocess.run([uv, "venv", "-q", "--python", sys.executable, environment], check=True)
        subprocess.run([uv, "pip", "install", "-q", "--python", python, *BRIAN2], check=True)
    sigma_mV = float(np.sqrt(WEIGHT_mV * OUTSIDE_mV))
    numbers = (
        N_E,
        N_I,
        CHANCE,
        WEIGHT_mV,
        -G * WEIGHT_mV,
        OUTSIDE_mV,
        sigma_mV,
        NETWORK.delay_ms,
        TSTOP_ms,
        DT_ms,
    )
    command = [python, HERE / "peers" / "brian2_network.py", *map(str, numbers)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    print(json.dumps({"brian2": json.loads(process.stdout.readline())}), file=sys.stderr)
    return process


def ask(process: subprocess.Popen) -> dict:
    """One run of Brian2's."""
    process.stdin.write("run\n")
    process.stdin.flush()
    return json.loads(process.stdout.readline())


def timed(way: Callable) -> float:
    """Wall time of one call in s."""
    before = time.perf_counter()
    way()
    return float(f"{time.perf_counter() - before:.3g}")


def digits(values: list[float]) -> list[float]:
    """Three digits of each."""
    return [float(f"{value:.3g}") for value in values]


def machine() -> dict[str, str]:
    """What the times depend on."""
    packages = {package: version(package) for package in ("numba", "numpy")}
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        **packages,
    }


if __name__ == "__main__":
    main()
