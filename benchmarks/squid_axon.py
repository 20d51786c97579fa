# SPDX-License-Identifier: BSD-3-Clause
"""What the library's squid axon costs beside NEURON's own `h.continuerun`: 20 ms, nseg 43, dt 0.025 ms.

All ways run in turn, round after round, so that a busy moment of the machine meets each of them. Prints for
each way median and quartiles in ms, and the median over the rounds of its ratio to `continuerun`, with
quartiles; and when the spike arrives in the middle, for a fast way to another answer is worth nothing.

    python benchmarks/squid_axon.py --rounds 200
"""

import argparse
import functools
import json
import os
import time
from collections.abc import Callable

import numpy as np

os.environ.setdefault("NEURON_MODULE_OPTIONS", "-nogui")
from neuron import h

from neuroscales.cable import CurrentClamp, SquidAxon, simulate_squid_axon
from neuroscales.core import measure

TSTOP_ms, DT_ms = 20.0, 0.025
AXON = SquidAxon()
PULSE = CurrentClamp(place=0.0, delay_ms=1.0, dur_ms=0.1, amp_nA=1720)
PLAIN = "continuerun, axon there already"

Trace = tuple[np.ndarray, np.ndarray]  # time in ms, v in mV


def main() -> None:
    """Run the benchmark and print its result as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=200, help="rounds that are timed (default 200)")
    rounds = parser.parse_args().rounds
    h.load_file("stdrun.hoc")
    arrivals_ms = {name: arrival_ms(make()()) for name, make in WAYS.items()}  # also warms up
    times_ms = {name: np.empty(rounds) for name in WAYS}
    for number in range(rounds):
        for name, make in WAYS.items():
            times_ms[name][number] = timed_ms(make)
    rows = [row(name, times_ms, arrivals_ms[name]) for name in WAYS]
    print(json.dumps({"rounds": rounds, "load": os.getloadavg()[0], "ways": rows}, indent=1))


class Plain:
    """The same axon in NEURON's own words."""

    def __init__(self) -> None:
        self.section = h.Section("axon")
        self.section.L, self.section.diam, self.section.nseg = AXON.L_um, AXON.diam_um, AXON.nseg
        self.section.insert("hh")
        self.clamp = h.IClamp(self.section(PULSE.place))
        self.clamp.delay, self.clamp.dur, self.clamp.amp = PULSE.delay_ms, PULSE.dur_ms, PULSE.amp_nA
        self.time = h.Vector().record(h._ref_t)
        self.v = h.Vector().record(self.section(0.5)._ref_v)

    def run(self) -> Trace:
        """One run as every tutorial has it; v at x = 0.5."""
        h.celsius, h.dt, h.steps_per_ms = AXON.celsius_degC, DT_ms, 1 / DT_ms
        h.finitialize(AXON.v_init_mV)
        h.continuerun(TSTOP_ms)
        return np.array(self.time), np.array(self.v)


def simulated(**options: object) -> Trace:
    """One run of the library."""
    options = {"tstop_ms": TSTOP_ms, "dt_ms": DT_ms} | options
    recording = simulate_squid_axon(AXON, [PULSE], record={"v": [0.5]}, **options)
    return recording.time, recording.values("v", place=0.5)


# Each makes, untimed, what is then timed. NEURON simulates every section there is: nothing is kept between.
WAYS: dict[str, Callable[[], Callable[[], Trace]]] = {
    PLAIN: lambda: Plain().run,
    "continuerun, axon built anew": lambda: lambda: Plain().run(),
    "simulate_squid_axon": lambda: simulated,
    "simulate_squid_axon, exact rates": lambda: functools.partial(simulated, rate_table=False),
    "simulate_squid_axon, v at every node": lambda: functools.partial(simulated, profiles=["v"]),
    "simulate_squid_axon, variable step": lambda: functools.partial(simulated, dt_ms=None),
}


def arrival_ms(trace: Trace) -> float:
    """When the spike crosses 0 mV in the middle."""
    return float(measure.crossings(*trace)[0])


def timed_ms(make: Callable[[], Callable[[], Trace]]) -> float:
    """Wall time of one run."""
    way = make()
    started = time.perf_counter()
    way()
    return 1e3 * (time.perf_counter() - started)


def row(name: str, times_ms: dict[str, np.ndarray], arrival: float) -> dict[str, object]:
    """What is printed of one way."""
    ratios = times_ms[name] / times_ms[PLAIN]
    return {"way": name, "ms": quartiles(times_ms[name]), "ratio": quartiles(ratios), "arrival_ms": arrival}


def quartiles(values: np.ndarray) -> dict[str, float | list[float]]:
    """Median and quartiles, to three digits."""
    low, middle, high = (float(f"{value:.3g}") for value in np.quantile(values, [0.25, 0.5, 0.75]))
    return {"median": middle, "quartiles": [low, high]}


if __name__ == "__main__":
    main()
