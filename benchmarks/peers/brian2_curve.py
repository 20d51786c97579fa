# SPDX-License-Identifier: BSD-3-Clause
"""Brian2's part of firing_curve.py: the same cells, in a process and an environment of its own.

Arguments: number of cells, lowest and highest current (uA/cm2), duration and step (ms). Prepares, says so in
a line of JSON, and then answers each line that it reads with the time that a run took; `trains` asks for the
spike times of the last one.
"""

import json
import sys
import time

import brian2 as b2
import numpy as np

EQUATIONS = """
dv/dt = (drive - 120*m**3*h*(v - 50) - 36*n**4*(v + 77) - 0.3*(v + 54.3))/ms : 1
dm/dt = (1/exprel(-(v + 40)/10)*(1 - m) - 4*exp(-(v + 65)/18)*m)/ms : 1
dh/dt = (0.07*exp(-(v + 65)/20)*(1 - h) - h/(1 + exp(-(v + 35)/10)))/ms : 1
dn/dt = (0.1/exprel(-(v + 55)/10)*(1 - n) - 0.125*exp(-(v + 65)/80)*n)/ms : 1
drive : 1 (constant)
"""


def main() -> None:
    cells, (low, high, tstop_ms, dt_ms) = int(sys.argv[1]), map(float, sys.argv[2:6])
    started = time.perf_counter()
    b2.prefs.codegen.target = "cython"
    b2.defaultclock.dt = dt_ms * b2.ms
    group = b2.NeuronGroup(
        cells, EQUATIONS, method="exponential_euler", threshold="v > 0", refractory="v > 0"
    )
    group.drive = np.linspace(low, high, cells)
    group.v = float(sys.argv[6])
    group.m, group.h, group.n = map(float, sys.argv[7:10])
    spikes = b2.SpikeMonitor(group)
    network = b2.Network(group, spikes)
    network.store()
    network.run(2 * dt_ms * b2.ms)  # compiles
    say(prepared_s=time.perf_counter() - started, version=b2.__version__)
    for line in sys.stdin:
        if line.strip() == "trains":
            trains = spikes.spike_trains()
            say(trains=[(np.asarray(trains[cell] / b2.ms) + dt_ms).tolist() for cell in range(cells)])
            continue
        network.restore()
        started = time.perf_counter()
        network.run(tstop_ms * b2.ms)
        say(s=time.perf_counter() - started)


def say(**what: object) -> None:
    """One line of JSON."""
    print(json.dumps(what), flush=True)


if __name__ == "__main__":
    main()
